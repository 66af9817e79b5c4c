"""A run as a file: taken along from the page of its training, and loaded again there."""

from playwright.sync_api import expect

from tests.browser.looking import quiet


def test_a_run_is_taken_along_and_loaded_again(page, server, tmp_path):
    page.goto(f"{server.url}/train?recipe=default&data=digits&set=epochs=2;hidden=16&seed=5")
    expect(page.locator(".st-key-train_loss").first).to_be_visible()
    quiet(page)
    page.locator(".st-key-train_start button").click()
    expect(page.locator(".st-key-training_card").get_by_text("done", exact=True)).to_be_visible()
    page.locator(".st-key-run_zip button").wait_for()
    quiet(page)  # a page that is drawn anew has another file behind the button
    with page.expect_download() as taken:
        page.locator(".st-key-run_zip button").click()
    path = tmp_path / "run.zip"
    taken.value.save_as(path)
    page.locator(".st-key-model_zip summary").click()
    page.locator(".st-key-model_zip input[type=file]").set_input_files(path)
    expect(page.get_by_text("Loaded as")).to_be_visible()
    name = taken.value.suggested_filename.removesuffix("-run.zip")
    expect(page.locator(".st-key-saved_models").get_by_text(name)).to_be_visible()
    path.write_bytes(b"PK\3\4 and nothing more")
    page.locator(".st-key-model_zip input[type=file]").set_input_files(path)
    expect(page.locator(".st-key-model_zip")).to_contain_text("no zip")
