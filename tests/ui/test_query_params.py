"""A choice is kept in the address and in the session; what an address asks for and cannot have is said."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.ui.markdown import as_shown


def several() -> None:
    import streamlit as st

    from ui import query_params

    chosen = query_params.current_choices("fruits", [1, 2, 3, 4], [4], most=2, param="fruit", missing="There is no {}.")
    st.multiselect("Fruits", [1, 2, 3, 4], key="fruits")
    st.text(",".join(map(str, chosen)))


def one() -> None:
    import streamlit as st

    from ui import query_params

    chosen = query_params.current_choice("fruit", ["apple", "pear"], None)
    st.selectbox("Fruit", ["apple", "pear"], None, key="fruit")
    st.text(str(chosen))


def open_script(script: Callable[[], None], **query: str) -> AppTest:
    app = AppTest.from_function(script)
    for key, value in query.items():
        app.query_params[key] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def test_the_default_is_chosen_first_and_put_into_the_address() -> None:
    app = open_script(several)

    assert app.multiselect[0].value == [4]
    assert app.query_params["fruit"] == "4"


def test_the_address_comes_before_the_default_and_is_cut_to_what_is_possible() -> None:
    app = open_script(several, fruit="3,9,1,2")

    assert app.multiselect[0].value == [3, 1]
    assert app.query_params["fruit"] == "3,1"
    assert app.warning[0].value == "There is no 9."


def test_what_is_missing_is_said_until_something_else_is_chosen() -> None:
    app = run(open_script(several, fruit="3,9"))
    assert len(app.warning) == 1

    app.multiselect[0].set_value([2]).run()
    assert not app.warning
    assert (app.text[0].value, app.query_params["fruit"]) == ("2", "2")


def test_a_new_address_in_the_same_session_is_followed() -> None:
    app = open_script(several, fruit="1")
    app.multiselect[0].set_value([2]).run()
    app.query_params["fruit"] = "3"

    assert run(app).multiselect[0].value == [3]


def test_nothing_chosen_stays_nothing_in_another_session() -> None:
    app = open_script(several)
    app.multiselect[0].set_value([]).run()

    assert app.query_params["fruit"] == "none"
    assert open_script(several, fruit="none").multiselect[0].value == []


def test_one_choice_may_be_none_and_then_leaves_the_address() -> None:
    app = open_script(one, fruit="pear")
    assert (app.selectbox[0].value, app.text[0].value) == ("pear", "pear")

    app.selectbox[0].set_value(None).run()
    assert app.text[0].value == "None"
    assert "fruit" not in app.query_params


def test_one_choice_that_is_not_there_gives_the_default_and_a_sentence() -> None:
    app = open_script(one, fruit="plum*")

    assert app.selectbox[0].value is None
    assert "plum" in app.warning[0].value


def bound() -> None:
    import streamlit as st

    from ui import query_params

    with query_params.checked(["view"]):
        st.segmented_control("View", ["near", "far"], default="near", key="view", bind="query-params")


def test_a_value_that_no_control_can_take_is_shown_as_it_is_and_not_at_length() -> None:
    value = "![x](http://other.test/y.png)"
    for asked in (value, value + 10_000 * "x"):
        app = open_script(bound, view=asked)

        assert f"view={asked[:30]}, which is not possible, so near is used" in as_shown(app.warning[0].value)
        assert "![x](" not in app.warning[0].value


def first_page() -> None:
    from ui import query_params
    from ui.components import one_history_entry

    one_history_entry.keep({})
    query_params.current_choice("fruit", ["apple", "pear"], "apple")


def test_nothing_is_added_to_the_address_that_a_session_begins_with_before_the_page_runs_again() -> None:
    app = AppTest.from_function(first_page).run()
    assert "fruit" not in app.query_params

    app.run()

    assert app.query_params["fruit"] == "apple"
