"""A lecture by hand: keys, links, a prediction, and back again."""

LECTURE = "geometry-spheres-and-cones"


def heading(reader):
    return reader.page.locator("h2").first


def press(reader, key: str, title: str) -> None:
    reader.settle()
    reader.page.keyboard.press(key)
    reader.page.get_by_role("heading", name=title, exact=True).wait_for()
    reader.settle()


def test_a_reader_goes_by_keys_commits_sees_the_answer_and_finds_it_again(reader):
    page = reader.page
    reader.go("lectures", lecture=LECTURE)
    page.get_by_role("button", name="Next: Isotropy").wait_for()  # the last of the page
    reader.settle()
    assert heading(reader).inner_text() == "Two pictures"
    press(reader, "ArrowRight", "Isotropy, and a number for it")
    reader.wait_for_link(lecture=LECTURE, step="isotropy")

    # A key pressed while typing belongs to the field.
    guess = page.get_by_label("Your guess")
    guess.fill("0.5")
    guess.press("ArrowLeft")
    guess.press("Enter")
    reader.settle()
    assert heading(reader).inner_text() == "Isotropy, and a number for it"
    assert page.get_by_test_id("stPlotlyChart").count() == 0
    page.get_by_role("button", name="Commit, and measure").click()
    page.get_by_test_id("stPlotlyChart").wait_for()
    reader.settle()
    told = page.get_by_test_id("stMetric").all_inner_texts()
    assert told[0].split() == ["Your", "guess", "0.5"]
    assert "Measured" in told[1]

    page.locator("h2").first.click()  # no button holds the focus
    press(reader, "Space", "Why a cone was taken for a ball")
    press(reader, "ArrowLeft", "Isotropy, and a number for it")
    assert page.get_by_test_id("stMetric").all_inner_texts() == told  # the answer stayed
    press(reader, "End", "Summary and exercises")
    press(reader, "Home", "Two pictures")

    page.get_by_role("button", name="Next", exact=False).first.click()
    page.get_by_role("heading", name="Isotropy, and a number for it", exact=True).wait_for()
    reader.settle()
    press(
        reader, "Space", "Why a cone was taken for a ball"
    )  # one step, though a button is focused
    link = page.url
    page.reload()
    page.get_by_role("heading", name="Why a cone was taken for a ball", exact=True).wait_for()
    reader.go("lectures")
    reader.open(link)
    assert heading(reader).inner_text() == "Why a cone was taken for a ball"


def test_a_figure_leads_to_its_lab_in_the_same_state(reader):
    page = reader.page
    reader.go("lectures", lecture=LECTURE, step="close-up")
    page.get_by_test_id("stPlotlyChart").wait_for()
    page.get_by_role("radio", name="4").or_(
        page.get_by_role("button", name="4", exact=True)
    ).click()
    page.get_by_text("In layer 4 of MiniLM").wait_for()
    page.get_by_text("Open in its lab: Anisotropy").click()
    page.get_by_text("One layer up close").wait_for()
    page.get_by_text("In layer 4 of MiniLM").wait_for()
