"""A lecturer and a student, each in a browser of their own."""

from tests.browser.accessible import findings

LECTURE = "geometry-spheres-and-cones"
PHONE = {"viewport": {"width": 390, "height": 844}}
REPLAY = "recorded-film-sentences-all-tricks-0"


def arrives(visitor, title: str) -> None:
    visitor.page.get_by_role("heading", name=title, exact=True).wait_for()
    visitor.settle()


def test_a_student_follows_votes_looks_around_and_comes_back(visit):
    lecturer, student = visit(), visit(**PHONE)
    lecturer.go("class")
    lecturer.page.get_by_role("button", name="Open a room").click()
    code = lecturer.page.locator(".room-code").first.inner_text().replace(" ", "")
    student.go("class", room=code)
    student.page.get_by_text("Waiting for the lecturer").wait_for()
    lecturer.page.get_by_text("1 follows").wait_for()

    lecturer.go("lectures", lecture=LECTURE, step="isotropy", drive=code)
    arrives(student, "Isotropy, and a number for it")
    student.wait_for_link(lecture=LECTURE, step="isotropy", room=code)
    lecturer.page.get_by_role("button", name="Ask the class").click()
    student.page.get_by_label("Your number").fill("0.4")
    student.page.get_by_role("button", name="Vote", exact=True).click()
    student.page.get_by_text("Your vote is in").wait_for()
    lecturer.page.get_by_text("Vote 1: 1 has voted").wait_for()
    assert student.page.locator(".rm-bars").count() == 0  # hidden until it is shown
    assert lecturer.page.locator(".rm-bars").count() == 0
    assert findings(student.page) == []
    lecturer.page.get_by_role("button", name="Show the votes").click()
    student.page.locator(".rm-bars").wait_for()
    assert student.page.locator(".rm-bin", has_text="0.4 to 0.6").inner_text().startswith("1")

    student.page.get_by_role("button", name="Look around").click()
    lecturer.page.get_by_role("button", name="Put the question away").click()
    lecturer.settle()
    lecturer.page.locator(".st-key-next button").click()
    arrives(lecturer, "Why a cone was taken for a ball")
    lecturer.page.get_by_role("radio", name="GloVe").click()
    lecturer.settle()
    student.page.locator(".rm-panel").wait_for(state="hidden")
    assert student.ask("new URLSearchParams(location.search).get('step')") == "isotropy"
    student.page.get_by_role("button", name="Back to the lecturer").click()
    arrives(student, "Why a cone was taken for a ball")
    # The figure's state too, which may follow a moment after its step.
    student.page.get_by_role("radio", name="GloVe", checked=True).wait_for()


def test_a_student_follows_a_replay_to_its_batch(visit):
    lecturer, student = visit(), visit()
    lecturer.go("class")
    lecturer.page.get_by_role("button", name="Open a room").click()
    code = lecturer.page.locator(".room-code").first.inner_text().replace(" ", "")
    student.go("class", room=code)
    student.page.get_by_text("Waiting for the lecturer").wait_for()

    lecturer.go("ulmfit", run=REPLAY, drive=code)
    cockpit = f".cockpit[data-ready='1'][data-run='{REPLAY}']"
    for visitor in (lecturer, student):
        visitor.page.locator(cockpit).wait_for()
    lecturer.page.locator("h1").click()
    for key, step in (("0", 0), (".", 1), (".", 2), (",", 1)):
        lecturer.page.keyboard.press(key)
        student.page.locator(f"{cockpit}[data-step='{step}'][data-playing='false']").wait_for()
    student.wait_for_link(run=REPLAY, room=code)
