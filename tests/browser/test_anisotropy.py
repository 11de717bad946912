"""The Anisotropy page by hand: a click on a curve looks at that layer, and the link keeps it."""

POINTS = """[...document.querySelectorAll(".js-plotly-plot")][0]
  .querySelectorAll(".scatterlayer .trace .points path")"""


def test_a_click_on_a_point_shows_that_layer_up_close_and_the_link_shows_it_again(visitor):
    page = visitor.page
    visitor.go("anisotropy", measure_models="ELMo")
    visitor.until(f"document.querySelector('.js-plotly-plot') && {POINTS}.length === 3")
    page.get_by_text("In layer 2 · biLM 2 of ELMo").wait_for()
    x, y = visitor.ask(
        f"(() => {{ const box = {POINTS}[1].getBoundingClientRect();"
        "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    told = page.get_by_text("In layer 1 · biLM 1 of ELMo")
    told.wait_for()
    visitor.settle()
    link = page.url
    visitor.go("anisotropy")
    visitor.open(link)
    told.wait_for()
    assert not visitor.watched.errors
