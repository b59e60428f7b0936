"""Which courses are one class, what it asks for, and whom that spares a second one."""

import pandas as pd

from planner.courses.merging import join_courses, list_merges
from tests.courses.questions import course, order


def test_the_same_over_two_steps():
    """A = B and B = C make one class, although nobody ordered B."""
    courses = pd.DataFrame(
        [course("A"), course("B", same_as=("A",)), course("C", same_as=("B",)), course("D")]
    )
    classes, notes = join_courses(courses, ["C", "A", "D"])
    assert [(one.class_id, one.courses) for one in classes] == [("C001", ("A", "C")),
                                                                ("C002", ("D",))]  # fmt: skip
    assert notes == []


def test_a_class_asks_for_what_each_of_its_courses_asks_for():
    courses = pd.DataFrame(
        [
            course("A", minutes=90.0, class_least=5, class_most=40, needs=("stage",), field="arts",
                   host_levels=("district", "town")),
            course("B", same_as=("A",), minutes=120.0, class_least=10, needs=("piano",),
                   host_levels=("town", "neighbourhood"), level="senior", field="sports"),
        ]
    )  # fmt: skip
    (one,), _ = join_courses(courses, ["A", "B"])
    assert (one.minutes, one.least, one.most) == (120, 10, 40)
    assert (one.needs, one.host_levels) == (("stage", "piano"), ("town",))
    assert (one.level, one.fields) == ("senior", ("arts", "sports"))


def test_what_contradicts_itself_is_not_merged():
    for fields, why in (
        ({"host_levels": ("town",)}, "no level of station may hold all of them"),
        ({"level": "junior"}, "they want teachers of different levels"),
        ({"class_least": 50}, "class_least of one is more than class_most of another"),
    ):
        first = course("A", host_levels=("district",), level="senior", class_most=40)
        courses = pd.DataFrame([first, course("B", same_as=("A",), **fields)])
        classes, notes = join_courses(courses, ["A", "B"])
        assert [one.courses for one in classes] == [("A",), ("B",)]
        assert notes == [f"courses A, B are same_as one another and are not merged: {why}"]


def test_people_spared_a_second_class():
    """a ordered A for 12 and B for 30: 12 may be among the 30. b ordered B alone, twice."""
    courses = pd.DataFrame([course("A"), course("B", same_as=("A",)), course("D")])
    orders = pd.DataFrame(
        [
            order("1", "a", "A", 12, department="Sports"),
            order("2", "a", "B", 30, department="Health"),
            order("3", "b", "B", 8, department="Health"),
            order("4", "b", "B", 9),
            order("5", "a", "D", 50),
        ]
    )
    classes, _ = join_courses(courses, orders["course_id"])
    merges = list_merges(classes, orders)
    assert merges.to_dict("records") == [
        {"class_id": "C001", "courses": "A | B", "departments": "Sports | Health", "orders": 4,
         "people_spared": 12}
    ]  # fmt: skip
