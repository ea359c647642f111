from __future__ import annotations

import falcon.testing
import openapi_spec_validator

from domain.errors import catalogue


def test_the_document_is_valid_openapi(client: falcon.testing.TestClient) -> None:
    result = client.simulate_get("/api/v1/openapi.json")
    assert result.status_code == 200
    assert result.json["openapi"].startswith("3.1.")
    openapi_spec_validator.validate(result.json)


def test_the_document_is_the_same_until_the_code_changes(client: falcon.testing.TestClient) -> None:
    etag = client.simulate_get("/api/v1/openapi.json").headers["ETag"]
    again = client.simulate_get("/api/v1/openapi.json", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_every_call_says_what_it_refuses_and_needs(client: falcon.testing.TestClient) -> None:
    for path, methods in client.simulate_get("/api/v1/openapi.json").json["paths"].items():
        for method, call in methods.items():
            codes = {
                code
                for status, answer in call["responses"].items()
                if int(status) >= 400
                for code in answer["content"]["application/json"]["schema"]["allOf"][1]["properties"]["code"][
                    "enum"
                ]
            }
            assert codes <= set(catalogue)
            assert {"INTERNAL_ERROR", "SERVICE_UNAVAILABLE"} <= codes, (method, path)
            assert ("AUTH_REQUIRED" in codes) is ("security" in call), (method, path)
            assert all(part["schema"].get("pattern") for part in call["parameters"] if part["in"] == "path")


def test_operation_ids_are_unique(client: falcon.testing.TestClient) -> None:
    paths = client.simulate_get("/api/v1/openapi.json").json["paths"].values()
    ids = [call["operationId"] for methods in paths for call in methods.values()]
    assert len(ids) == len(set(ids))
