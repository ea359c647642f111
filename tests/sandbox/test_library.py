"""Reading, listing, commenting and deleting what was published."""


def refusal(answer):
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")


def test_a_list_is_newest_first_and_paged_by_cursors(sandbox, phone):
    for number in range(5):
        sandbox.post_now(phone, f"post {number}")
    first = phone.get(f"{phone.ig_id}/media", fields="caption", limit=2).json()
    assert [row["caption"] for row in first["data"]] == ["post 4", "post 3"]
    after = first["paging"]["cursors"]["after"]
    sandbox.post_now(phone, "in between")
    second = phone.get(f"{phone.ig_id}/media", fields="caption", limit=2, after=after).json()
    assert [row["caption"] for row in second["data"]] == ["post 2", "post 1"]
    assert phone.token not in second["paging"]["next"]
    third = phone.http.get(
        second["paging"]["next"], headers={"Authorization": f"Bearer {phone.token}"}
    ).json()
    assert [row["caption"] for row in third["data"]] == ["post 0"]
    assert "next" not in third["paging"]


def test_a_list_can_be_bounded_in_time(sandbox, phone):
    sandbox.post_now(phone, "early")
    begin = int(sandbox.clock.now()) + 1
    sandbox.clock.advance(3600)
    sandbox.post_now(phone, "late")
    found = phone.get(f"{phone.ig_id}/media", fields="caption", since=begin).json()["data"]
    assert [row["caption"] for row in found] == ["late"]
    found = phone.get(f"{phone.ig_id}/media", fields="caption", until=begin).json()["data"]
    assert [row["caption"] for row in found] == ["early"]


def test_stories_are_listed_apart_and_for_a_day(sandbox, phone):
    container = phone.create(media_type="STORIES", caption="unseen")
    sandbox.clock.advance(5)
    story = phone.publish(container).json()["id"]
    assert phone.get(f"{phone.ig_id}/media").json()["data"] == []
    assert phone.get(f"{phone.ig_id}/stories").json()["data"] == [{"id": story}]
    [item] = sandbox.published()
    assert (item["target"], item["caption"], item["expired"]) == ("story", "", False)
    assert f"/stories/sandbox_creator/{story}" in item["permalink"]
    sandbox.clock.advance(86_400)
    assert phone.get(f"{phone.ig_id}/stories").json()["data"] == []
    assert sandbox.published()[0]["expired"] is True


def test_one_unknown_field_fails_the_whole_call(sandbox, phone):
    media = sandbox.post_now(phone)
    assert refusal(phone.get(media, fields="id,saved_count")) == (100, None)
    assert refusal(phone.get(f"{phone.ig_id}/media", fields="id,colour")) == (100, None)


def test_the_hosts_know_different_fields(sandbox, studio):
    media = sandbox.post_now(studio)
    assert studio.get(media, fields="saved_count").json()["saved_count"] == 0
    assert refusal(studio.get(media, fields="view_count")) == (36104, None)
    assert refusal(studio.get(media, fields="copyright_check_information")) == (9005, None)


def test_the_instagram_host_may_withhold_captions(sandbox, phone):
    media = sandbox.post_now(phone)
    sandbox.order("settings", instagramHostReadsCaption=False)
    assert refusal(phone.get(media, fields="caption")) == (100, None)


def test_a_human_post_stands_in_between(sandbox, phone):
    mine = sandbox.post_now(phone, "mine")
    theirs = sandbox.order("human-post", account="sandbox_creator", caption="by hand")["id"]
    listed = phone.get(f"{phone.ig_id}/media", fields="id,caption").json()["data"]
    assert [row["id"] for row in listed] == [theirs, mine]
    assert [item["human"] for item in sandbox.published()] == [False, True]
    usage = phone.get(f"{phone.ig_id}/content_publishing_limit").json()["data"][0]["quota_usage"]
    assert usage == 1


def test_comments_are_written_and_listed(sandbox, phone):
    media = sandbox.post_now(phone)
    first = phone.post(f"{media}/comments", message="first!").json()["id"]
    [row] = phone.get(f"{media}/comments", fields="id,text,username").json()["data"]
    assert (row["id"], row["text"], row["username"]) == (first, "first!", "sandbox_creator")
    assert phone.get(media, fields="comments_count").json()["comments_count"] == 1
    assert phone.post(media, comment_enabled="false").json() == {"success": True}
    assert phone.post(f"{media}/comments", message="second").status_code == 403
    assert phone.delete(first).json() == {"success": True}
    assert phone.get(f"{media}/comments").json()["data"] == []


def test_deleting_needs_the_facebook_host(sandbox, phone, studio):
    media = sandbox.post_now(phone)
    assert refusal(phone.delete(media)) == (100, 33)
    media = sandbox.post_now(studio)
    assert studio.delete(media).json() == {"success": True, "deleted_id": media}
    assert refusal(studio.get(media)) == (100, 33)
    assert refusal(studio.delete(media)) == (100, 33)
    assert studio.get(f"{studio.ig_id}/media").json()["data"] == []
    assert [item["account"] for item in sandbox.published()] == ["sandbox_creator"]
    usage = studio.get(f"{studio.ig_id}/content_publishing_limit").json()["data"][0]["quota_usage"]
    assert usage == 1


def test_page_tokens_can_lose_their_sight(sandbox, studio):
    media = sandbox.post_now(studio)
    sandbox.order("settings", pageTokenReadsFail=True)
    assert refusal(studio.as_page().get(media)) == (100, 33)
    assert studio.get(media).status_code == 200
    assert studio.as_page().get(f"{studio.ig_id}/media").status_code == 200


def test_permalinks_can_fail(sandbox, phone):
    media = sandbox.post_now(phone)
    sandbox.order("settings", permalinkFails=True)
    assert refusal(phone.get(media, fields="permalink")) == (100, 33)
    assert phone.get(media, fields="caption").status_code == 200
