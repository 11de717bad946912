"""What a reader wrote reaches a browser with every run, not only with the one that set it."""

from streamlit.testing.v1 import AppTest


def a_page() -> None:
    from pages._ui.kept_widgets import text_area

    text_area("Text", "an example", key="text")


def test_a_browser_that_draws_the_area_after_a_later_run_finds_its_text_there():
    at = AppTest.from_function(a_page).run().run()
    assert at.text_area(key="text").proto.default == "an example"
    at.text_area(key="text").set_value("my own").run().run()
    assert at.text_area(key="text").proto.default == at.text_area(key="text").value == "my own"


def test_what_a_button_puts_there_stands_there():
    at = AppTest.from_function(a_page).run()
    at.session_state["text"] = "another example"
    at.run()
    assert at.text_area(key="text").value == "another example"


def test_an_emptied_area_stays_empty():
    at = AppTest.from_function(a_page).run()
    at.text_area(key="text").set_value("").run()
    assert at.run().text_area(key="text").value == ""
