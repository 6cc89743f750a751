"""(being written)"""


def search_health() -> dict:
    return {"healthy": False}
