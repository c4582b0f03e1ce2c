self.options = {
    "domain": "coldmarble.example",
    "zoneId": 7130293
}
self.lary = ""
importScripts('https://coldmarble.example/act/files/service-worker.min.js?r=sw')
