"""Control, on loopback only and without a key.

GET /sim/accepted · POST /sim/faults [{kind, times, seconds, on}] (an empty list clears) · GET /sim/faults ·
POST /sim/reports {"status": "DELIVERED", "ids": [...] | absent = all, "url": ..., "times": 1} or a list of such: calls
back in the order given · POST /sim/reset
"""

from typing import Any

from simulators.seven.faults import KINDS, Fault, Faults
from simulators.seven.gateway import Gateway, Reply, json_reply
from simulators.seven.store import Store


class Control:
    def __init__(self, store: Store, faults: Faults, gateway: Gateway) -> None:
        self.store, self.faults, self.gateway = store, faults, gateway

    def respond(self, method: str, path: str, data: Any) -> Reply:
        if (method, path) == ("GET", "/sim/accepted"):
            return json_reply({"accepted": self.store.accepted()})
        if path == "/sim/faults":
            return self._faults(data) if method == "POST" else json_reply([vars(one) for one in self.faults.waiting])
        if (method, path) == ("POST", "/sim/reports"):
            return json_reply({"answers": self._reports(data if isinstance(data, list) else [data])})
        if (method, path) == ("POST", "/sim/reset"):
            self.store.reset()
            self.faults.replace([])
            return json_reply({})
        return json_reply({"error": "unknown"}, 404)

    def _faults(self, data: Any) -> Reply:
        wanted = [Fault(**one) for one in (data if isinstance(data, list) else [data])]
        unknown = [one.kind for one in wanted if one.kind not in KINDS]
        if unknown:
            return json_reply({"error": f"unknown: {unknown}"}, 400)
        if wanted:
            self.faults.add(wanted)
        else:
            self.faults.replace([])
        return json_reply({"waiting": len(self.faults.waiting)})

    def _reports(self, wanted: list[dict[str, Any]]) -> list[int]:
        answers = []
        for one in wanted:
            ids = {str(msg_id) for msg_id in one.get("ids", [])}
            for row in self.store.accepted():
                if ids and row["id"] not in ids and row["foreign_id"] not in ids:
                    continue
                for _time in range(int(one.get("times", 1))):
                    url = one.get("url") or self.gateway.callback
                    answers.append(self.gateway.report(int(row["id"]), row["foreign_id"], one["status"], url))
        return answers
