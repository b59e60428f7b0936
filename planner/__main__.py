"""The program `planner`: before anything else is loaded, the current folder is left out."""

from planner.processes import leave_out_current_folder

leave_out_current_folder()

from planner.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
