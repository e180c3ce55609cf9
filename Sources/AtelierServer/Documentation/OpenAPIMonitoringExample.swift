import Classification

/// A summary as it looks, of an hour in which the process was started.
enum OpenAPIMonitoringExample {
  static let summary: OrderedJSON = [
    "window": "1h",
    "engine": .null,
    "model_version": .null,
    "served_version": "fashion-lite-20261126",
    "traffic": traffic,
    "predictions": predictions,
  ]

  private static let source: OrderedJSON = [
    "engine": "ONNX", "model_version": "fashion-lite-20261126",
  ]

  private static let totals: OrderedJSON = [
    "requests": 90, "rate": .fixed(3, decimals: 4), "client_errors": 2, "server_errors": 0,
    "error_rate": .fixed(0, decimals: 6),
    "latency_ms": [
      "p50": .fixed(2.3, decimals: 3), "p95": .fixed(4.1, decimals: 3),
      "p99": .fixed(6.4, decimals: 3), "max": .fixed(7.2, decimals: 3),
    ],
  ]

  private static let traffic: OrderedJSON =
    ([
      "from": "2026-11-24T08:30:00.000Z", "to": "2026-11-24T09:30:30.000Z",
      "counted_since": "2026-11-24T09:30:00.000Z", "coverage": .fixed(0.0083, decimals: 4),
      "interval_s": 60,
    ] as OrderedJSON).appending(totals).appending([
      "by_source": [source.appending(totals)],
      "points": [
        (["at": "2026-11-24T09:30:00.000Z", "seconds": .fixed(30, decimals: 3)] as OrderedJSON)
          .appending(totals)
      ],
    ])

  private static let group: OrderedJSON = [
    "total": 500,
    "by_class": ["Bag": 200, "Shirt": 300],
    "uncertain": ["count": 20, "share": .fixed(0.04, decimals: 4)],
    "not_garment": ["count": 5, "share": .fixed(0.01, decimals: 4)],
    "accuracy": [
      "labelled": 40, "right": 38, "value": .fixed(0.95, decimals: 4),
      "lower": .fixed(0.835, decimals: 4), "upper": .fixed(0.9862, decimals: 4),
    ],
    "drift": [
      "model_version": "fashion-lite-20261126", "pictures": 500, "needed": 300,
      "classes": ["psi": .fixed(0.31, decimals: 4), "state": "major"],
      "confidence": ["psi": .fixed(0.02, decimals: 4), "state": "stable"],
    ],
  ]

  private static let predictions: OrderedJSON =
    ([
      "from": "2026-11-24T08:30:00.000Z", "to": "2026-11-24T09:30:30.000Z",
    ] as OrderedJSON).appending(group).appending([
      "confidence": .array(
        [0, 0, 0, 0, 1, 1, 3, 6, 8, 8, 7, 10, 16, 28, 412].map { .integer($0) }),
      "confusion": ["classes": ["Bag", "Shirt"], "counts": [[18, 1], [1, 20]]],
      "by_source": [source.appending(group)],
    ])
}
