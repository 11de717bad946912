"""The Anisotropy page by hand: a click on a curve looks at that layer, and the link keeps it."""

POINTS = """[...document.querySelectorAll(".js-plotly-plot")][0]
  .querySelectorAll(".scatterlayer .trace .points path")"""


def test_a_click_on_a_point_shows_that_layer_up_close_and_the_link_shows_it_again(reader):
    page = reader.page
    reader.go("anisotropy", measure_models="ELMo")
    reader.until(f"document.querySelector('.js-plotly-plot') && {POINTS}.length === 3")
    page.get_by_text("In layer 2 · biLM 2 of ELMo").wait_for()
    x, y = reader.ask(
        f"(() => {{ const box = {POINTS}[1].getBoundingClientRect();"
        "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    told = page.get_by_text("In layer 1 · biLM 1 of ELMo")
    told.wait_for()
    reader.settle()
    link = page.url
    reader.go("anisotropy")
    reader.open(link)
    told.wait_for()
