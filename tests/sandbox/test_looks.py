"""The pages people look at."""


def test_the_feed_shows_pictures_captions_and_who_made_them(sandbox, phone, studio):
    sandbox.post_now(phone, "A <b>fine</b> day")
    sandbox.order("human-post", account="sandbox_creator", caption="by hand", mediaType="CAROUSEL")
    sandbox.order("human-post", account="sandbox_creator", caption="", mediaType="STORIES")
    page = studio.as_page()
    page.post(f"{page.page_id}/photos", url="http://media.test/a.jpg", message="on the page")
    shown = sandbox.http.get("/_sandbox")
    assert shown.headers["content-type"].startswith("text/html")
    for text in (
        "A &lt;b&gt;fine&lt;/b&gt; day",
        "by hand",
        "on the page",
        "sandbox_studio",
        "Facebook Page",
    ):
        assert text in shown.text
    assert "http://" not in shown.text.replace("http://sandbox.test", "")
    picture = sandbox.published()[0]["imageUrl"]
    assert sandbox.http.get(picture).headers["content-type"] == "image/jpeg"


def test_one_account_can_be_looked_at_alone(sandbox, phone):
    shown = sandbox.http.get("/_sandbox", params={"account": "sandbox_creator"}).text
    assert "sandbox_creator" in shown
    assert "sandbox_studio" not in shown


def test_every_permalink_opens(sandbox, phone):
    sandbox.post_now(phone, "Hello")
    for kind in ("IMAGE", "CAROUSEL", "REELS", "STORIES"):
        sandbox.order("human-post", account="sandbox_creator", caption="x", mediaType=kind)
    for item in sandbox.published():
        assert sandbox.http.get(item["permalink"]).status_code == 200
    assert sandbox.http.get("/p/nothing/").status_code == 404


def test_style_and_faces_are_served_from_here(sandbox):
    assert "text/css" in sandbox.http.get("/_sandbox/style.css").headers["content-type"]
    assert "svg" in sandbox.http.get("/_sandbox/avatars/sandbox_studio.svg").headers["content-type"]
    assert sandbox.http.get("/_sandbox/files/../secret").status_code == 404
