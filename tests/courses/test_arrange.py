"""Questions put together by hand: tiers of walking, days and teachers, and what would help."""

from datetime import date

import numpy as np
import pytest

from planner.courses.arrange import arrange_sessions
from planner.courses.held_sessions import Arrangement
from planner.courses.host_tiers import find_tiers
from planner.courses.session_question import SessionQuestion
from planner.courses.smallest_change import find_change, find_smallest
from tests.courses.questions import course, host, order, pose, teacher
from tests.samples import first

INF = np.inf


def ask(question: SessionQuestion) -> Arrangement:
    return arrange_sessions(question, seconds=5.0)


def where(question: SessionQuestion, found: Arrangement) -> dict[str, str]:
    """Return the station of each order that is met."""
    return {
        question.orders["order_id"].iloc[o]: question.hosts["facility_id"].iloc[one.host]
        for one in found.sessions
        for o in one.orders
    }


def helped(question: SessionQuestion) -> tuple[str, str]:
    """Return reason and change of the only order that is unmet."""
    found = ask(question)
    (order_number,) = np.flatnonzero(found.unmet).tolist()
    return find_change(question, found, order_number)


def tiers(question: SessionQuestion) -> list[int]:
    orders = np.arange(len(question.orders))
    return find_tiers(question, question.classes[0], orders, np.zeros(len(orders), int))[1].tolist()


HOSTS = [host("N", 20), host("F", 40), host("C", 60)]
MINUTES = {"a": [15.0, 30.0, INF], "b": [15.001, 30.0, INF], "c": [INF, INF, INF]}


def test_a_suitable_station_near_is_the_only_one():
    """a walks 15 minutes to N; b a little more, so N and F; c goes by coach, to any."""
    orders = [order("1", "a", "K", 20), order("2", "b", "K", 20), order("3", "c", "K", 20)]
    question = pose(HOSTS, MINUTES, orders)
    assert tiers(question) == [0, 1, 2]
    # N is full with a; b and c share F, as one session is fewer than two.
    assert where(question, ask(question)) == {"1": "N", "2": "F", "3": "F"}


def test_a_room_too_small_is_not_suitable():
    """21 people do not fit N: the next tier."""
    question = pose(HOSTS, MINUTES, [order("1", "a", "K", 21)])
    assert tiers(question) == [1]
    assert where(question, ask(question)) == {"1": "F"}


def test_who_is_too_few_near_looks_farther():
    """a may walk to N, but 10 are no class of 25; with c, who comes by coach, they are one."""
    courses = [course("K", class_least=25)]
    hosts = [host("N", 30), *HOSTS[1:]]
    near = pose(hosts, MINUTES, [order("1", "a", "K", 10), order("2", "c", "K", 20)], courses)
    found = ask(near)
    assert found.unmet.sum() == 0
    assert where(near, found) == {"1": "N", "2": "N"}  # 30 people, and N is the nearer one
    smaller = pose(HOSTS, MINUTES, [order("1", "a", "K", 10), order("2", "c", "K", 20)], courses)
    assert where(smaller, ask(smaller)) == {"1": "F", "2": "F"}


def test_services_and_levels():
    hosts = [host("N", 50, services="stage"), host("M", 50, services="stage | piano",
             level="town"), host("O", 50, services="stage | piano")]  # fmt: skip
    courses = [course("K", needs=("stage", "piano"), host_levels=("town",))]
    question = pose(hosts, {"a": [1, 20, 2]}, [order("1", "a", "K", 5)], courses)
    assert where(question, ask(question)) == {"1": "M"}


def test_hours_of_the_station_and_of_what_is_needed():
    """The station is open all week, its stage on Thursday afternoon alone: 10 September, 14:00."""
    hosts = [host("N", 50, opening_hours="Mo-Fr 09:00-17:00", services="stage=Th 14:00-15:30")]
    question = pose(hosts, {"a": [1]}, [order("1", "a", "K", 5)], [course("K", needs=("stage",))])
    (session,) = ask(question).sessions
    assert (question.days[session.day], session.slot) == (date(2026, 9, 10), 1)
    longer = [course("K", needs=("stage",), minutes=91.0)]
    assert (
        helped(pose(hosts, {"a": [1]}, [order("1", "a", "K", 5)], longer))[0] == "no station suits"
    )


def test_orders_of_courses_that_are_the_same_sit_together():
    courses = [course("K"), course("L"), course("M", same_as=("L",))]
    orders = [order("1", "a", "K", 5), order("2", "a", "L", 6), order("3", "a", "M", 7)]
    question = pose([host("N", 20)], {"a": [1]}, orders, courses)
    assert [one.courses for one in question.classes] == [("K",), ("L", "M")]
    assert sorted(one.people for one in ask(question).sessions) == [(5,), (6, 7)]


def test_teachers_by_field_level_and_day():
    """Only T3 knows arts on the level asked, and is there on Wednesday."""
    teachers = [
        teacher("T1", fields=("sports",), level="senior"),
        teacher("T2", fields=("arts",)),
        teacher("T3", fields=("arts", "sports"), level="senior", hours="We"),
    ]
    courses = [course("K", field="arts", level="senior")]
    question = pose([host("N", 20)], {"a": [1]}, [order("1", "a", "K", 5)], courses, teachers)
    (session,) = ask(question).sessions
    assert (question.days[session.day], session.teacher) == (date(2026, 9, 9), 2)


def test_a_session_without_a_time_goes_to_another_room():
    """Two sessions on one morning: the room nearby is taken, the other one is free."""
    day = {"earliest": date(2026, 9, 7), "latest": date(2026, 9, 7)}
    orders = [order("1", "a", "K", 20, **day), order("2", "a", "K", 20, **day)]
    question = pose([host("N", 20), host("F", 20)], {"a": [1, 2]}, orders, slots=("09:30",))
    found = ask(question)
    assert found.unmet.sum() == 0
    assert sorted(where(question, found).values()) == ["F", "N"]


# -- what would help -------------------------------------------------------------------------------


def test_one_seat_more():
    question = pose([host("N", 20)], {"a": [1]}, [order("1", "a", "K", 21)])
    assert helped(question) == ("too large", "a room of 21 seats instead of 20 at N (N)")
    assert ask(pose([host("N", 21)], {"a": [1]}, [order("1", "a", "K", 21)])).unmet.sum() == 0


def test_a_larger_class():
    question = pose(
        [host("N", 50)], {"a": [1]}, [order("1", "a", "K", 21)], [course("K", class_most=20)]
    )
    assert helped(question) == ("too large", "class_most 21 instead of 20 for K")


def test_one_more_session_of_fewer_people():
    """12 and 5 people cannot share a day: 5 are too few for a class of 10."""
    orders = [
        order("1", "a", "K", 12, latest=date(2026, 9, 8)),
        order("2", "a", "K", 5, earliest=date(2026, 9, 10)),
    ]
    question = pose([host("N", 50)], {"a": [1]}, orders, [course("K", class_least=10)])
    assert helped(question) == (
        "too few people", "one more session, of 5 people: class_least 5 instead of 10 for K"
    )  # fmt: skip


def test_a_room_in_which_they_could_join():
    """12 people fill N; 5 more are no class, and would fit beside them in 17 seats."""
    orders = [order("1", "a", "K", 12), order("2", "a", "K", 5)]
    question = pose([host("N", 12)], {"a": [1]}, orders, [course("K", class_least=10)])
    assert helped(question) == (
        "too few people", "a room of 17 seats instead of 12 at N (N)"
    )  # fmt: skip
    larger = pose([host("N", 17)], {"a": [1]}, orders, [course("K", class_least=10)])
    assert ask(larger).unmet.sum() == 0


def test_a_room_for_those_who_are_unmet_together():
    """One slot, and N is full then. 6 and 5 people make a class of at least 10: F lacks 3 seats.

    To join those at N they would lack 6 or 5.
    """
    day = {"earliest": date(2026, 9, 7), "latest": date(2026, 9, 7)}
    orders = [order(str(k), "a", "K", n, **day) for k, n in enumerate((12, 6, 5), start=1)]
    question = pose(
        [host("N", 12), host("F", 8)], {"a": [1, 2]}, orders, [course("K", class_least=10)],
        slots=("09:30",),
    )  # fmt: skip
    found = ask(question)
    assert found.unmet.tolist() == [0, 6, 5]
    for one in (1, 2):
        assert find_change(question, found, one) == (
            "too few people", "a room of 11 seats instead of 8 at F (F)"
        )  # fmt: skip


def test_a_closed_station_beside_one_that_lacks_a_service():
    """N has the piano and is closed; F is open and has none. The term is that day alone."""
    hosts = [host("N", 20, services="piano", opening_hours="Tu"), host("F", 20)]
    monday = {"begin": date(2026, 9, 7), "end": date(2026, 9, 7)}
    orders = [order("1", "a", "K", 5, latest=date(2026, 9, 7))]
    question = pose(hosts, {"a": [1, 2]}, orders, [course("K", needs=("piano",))], **monday)
    assert helped(question)[1] == "station F (F) offers piano"


def test_without_coaches_who_lives_far_is_unmet():
    question = pose([host("N", 20)], {"c": [INF]}, [order("1", "c", "K", 5)], coach=False)
    assert helped(question) == ("too far", "coach = true")
    assert ask(pose([host("N", 20)], {"c": [INF]}, [order("1", "c", "K", 5)])).unmet.sum() == 0


def test_a_larger_room_within_reach_comes_before_a_coach():
    hosts = [host("N", 4), host("F", 20)]
    question = pose(hosts, {"a": [8.0, INF]}, [order("1", "a", "K", 5)], coach=False)
    assert helped(question) == ("too far", "a room of 5 seats instead of 4 at N (N)")


def test_a_closed_station_and_the_next_day():
    """Wanted on Monday and Tuesday, the station opens on Wednesday."""
    hosts = [host("N", 20, opening_hours="We-Fr 09:00-17:00")]
    orders = [order("1", "a", "K", 5, latest=date(2026, 9, 8))]
    assert helped(pose(hosts, {"a": [1]}, orders)) == (
        "closed then", "latest 2026-09-09 instead of 2026-09-08"
    )  # fmt: skip


def test_a_service_that_is_lacking():
    hosts = [host("N", 20, services="stage"), host("F", 20)]
    question = pose(
        hosts, {"a": [9, 4]}, [order("1", "a", "K", 5)], [course("K", needs=("piano",))]
    )
    assert helped(question) == ("no station suits", "station F (F) offers piano")


def test_a_teacher_who_is_lacking():
    courses, teachers = [course("K", field="arts")], [teacher("T", fields=("sports",))]
    question = pose([host("N", 20)], {"a": [1]}, [order("1", "a", "K", 5)], courses, teachers)
    assert helped(question) == ("no teacher", "a teacher of arts on 2026-09-07")


def test_a_teacher_who_is_taken():
    """One teacher, one slot, one day in common, two rooms: one more teacher would do."""
    day = {"earliest": date(2026, 9, 7), "latest": date(2026, 9, 7)}
    orders = [order("1", "a", "K", 20, **day), order("2", "b", "K", 15, **day)]
    question = pose(
        [host("N", 20), host("F", 20)], {"a": [1, INF], "b": [INF, 1]}, orders,
        teachers=[teacher("T")], slots=("09:30",), coach=False,
    )  # fmt: skip
    found = ask(question)
    assert found.unmet.tolist() == [0, 15]
    assert find_change(question, found, 1) == ("no time left", "one more teacher on 2026-09-07")


@pytest.mark.parametrize("seed", first(8, range(60)))
def test_a_change_meets_more_people_once_it_is_made(seed: int):
    """Of random questions: asked anew as changed, all who were met and the order still unmet."""
    rng = np.random.default_rng(seed)
    days = [date(2026, 9, 7 + k) for k in range(5)]
    begins = rng.integers(0, 4, 7)
    orders = [
        order(str(k), "abc"[k % 3], "KL"[int(rng.integers(0, 2))], int(rng.integers(3, 25)),
              earliest=days[begin], latest=days[min(begin + int(rng.integers(0, 3)), 4)])
        for k, begin in enumerate(begins)
    ]  # fmt: skip
    hosts = [host(name, int(rng.integers(8, 30)), services="stage" * int(rng.integers(0, 2)))
             for name in "NFC"]  # fmt: skip
    courses = [course("K", class_least=int(rng.integers(5, 20)), field="arts"),
               course("L", needs=("stage",), class_most=22)]  # fmt: skip
    teachers = [teacher("T", fields=("arts",), hours="Tu-Th"), teacher("U", hours="Mo,We")]
    minutes = {name: [float(value) for value in rng.integers(2, 60, 3)] for name in "abc"}
    question = pose(hosts, minutes, orders, courses, teachers, coach=bool(seed % 2))
    found = ask(question)
    for unmet in np.flatnonzero(found.unmet).tolist():
        change = find_smallest(question, found, unmet)
        if change is not None:
            again = ask(change.question)
            assert again.unmet.sum() <= found.unmet.sum() - question.people[unmet], change.words


@pytest.mark.parametrize("split", [False, True])
def test_an_order_larger_than_any_room(split: bool):
    question = pose(
        [host("N", 20), host("F", 20)], {"a": [1, 2]}, [order("1", "a", "K", 35)],
        [course("K", class_most=20)], split_orders=split,
    )  # fmt: skip
    found = ask(question)
    if split:
        assert (found.unmet.sum(), len(found.sessions)) == (0, 2)
    else:
        assert find_change(question, found, 0) == ("too large", "split_orders = true")
