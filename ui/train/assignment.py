"""The assignment that the address asks for, or this session showed last, above the run."""

from ui import assignment_goal, query_params, resources


def show() -> None:
    """Say what is to be reached and how near one is; nothing where no assignment is asked for."""
    assignments = {str(assignment.id): assignment for assignment in resources.store().assignments.all()}
    chosen = query_params.current_choice(
        assignment_goal.PARAM, assignments, None, missing="There is no assignment {}; it may have been deleted."
    )
    if chosen is not None:
        assignment_goal.show(assignments[chosen])
