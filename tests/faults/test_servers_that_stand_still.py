"""Database and cache that stand still, die and come back, under a desk that is being used."""

from concurrent.futures import ThreadPoolExecutor

# Within seconds, on a machine that does other things besides.
SOON = 12


def test_without_any_setting_a_mistyped_address_shows_the_desks_own_page(web):
    page = web.sign_in().get("/no-such-page/")

    assert page.status == 404
    assert "<h1>Siin ei ole midagi</h1>" in page.text
    assert 'id="navigation"' in page.text
    assert web.get("/static/css/base.css").status == 200


def test_pages_go_on_without_the_cache_and_the_session_lives(servers, web):
    web.sign_in()

    with servers.standing_still("valkey"):
        home = web.get("/")
        again = web.get("/cases/")
        assert web.get("/healthz").status == 200
        ready = web.get("/readyz")

    assert (home.status, again.status) == (200, 200)
    assert 'id="navigation"' in home.text
    assert home.seconds < SOON
    assert again.seconds < home.seconds + 2
    assert ready.status == 503
    assert '"broker": false' in ready.text
    assert '"database": true' in ready.text
    assert web.get("/").status == 200


def test_who_signs_out_while_the_cache_is_away_stays_signed_out(servers, web):
    web.sign_in()
    kept = [cookie for cookie in web.cookies if cookie.name == "sessionid"]

    with servers.standing_still("valkey"):
        web.post("/accounts/logout/", {}, page="/")
    web.cookies.set_cookie(kept[0])
    web.get("/accounts/login/")

    assert 'id="navigation"' not in web.get("/").text


def test_a_database_that_stands_still_is_told_within_seconds_and_healthz_answers(servers, web):
    web.sign_in()
    with servers.standing_still("postgres"), ThreadPoolExecutor(12) as people:
        asked = [people.submit(web.get, address) for address in ["/", "/cases/", "/cases/?q=metsas"] * 4]
        alive = [people.submit(web.get, "/healthz").result() for _ in range(5)]
        answers = [one.result() for one in asked]
        ready = web.get("/readyz")

    assert {answer.status for answer in answers} == {503}
    assert max(answer.seconds for answer in answers) < SOON
    assert all("Töölaud ei saa andmebaasiga ühendust" in answer.text for answer in answers)
    assert all("The desk does not reach its database" in answer.text for answer in answers)
    assert {answer.status for answer in alive} == {200}
    assert max(answer.seconds for answer in alive) < SOON
    assert ready.status == 503
    assert '"database": false' in ready.text
    assert '"broker": true' in ready.text


def test_what_was_typed_is_in_the_page_and_can_be_sent_again(servers, web):
    web.sign_in()
    profile = web.get("/me/")

    with servers.standing_still("postgres"):
        refused = web.post(
            "/me/", {"first_name": "Mari", "job_title": "Metsa ja vee ning loomade spetsialist"}, profile
        )

    assert refused.status == 503
    assert 'name="job_title" value="Metsa ja vee ning loomade spetsialist"' in refused.text
    assert "Saada uuesti" in refused.text


def test_a_database_that_was_killed_and_is_back_is_used_again(servers, web):
    web.sign_in()

    servers.kill("postgres")
    gone = web.get("/cases/")
    servers.restart("postgres")
    back = [web.get("/cases/") for _ in range(8)]

    assert gone.status == 503
    assert gone.seconds < SOON
    assert back[-1].status == 200
    assert 'id="navigation"' in back[-1].text


def test_connections_ended_by_the_server_cost_at_most_the_page_they_served(servers, web):
    web.sign_in()

    servers.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'faults'")
    answers = [web.get("/cases/").status for _ in range(8)]

    assert answers[4:] == [200] * 4
    assert set(answers) <= {200, 503}
