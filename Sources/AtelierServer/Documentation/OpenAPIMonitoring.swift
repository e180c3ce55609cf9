import Classification
import Monitoring
import Records

/// The part of the document that describes how the service does.
enum OpenAPIMonitoring {
  static let paths: OrderedJSON = [
    MonitoringRoutes.summaryPath: ["get": summary], MonitoringRoutes.eventsPath: ["get": events],
  ]

  private static let about = """
    Needs a key that may read. `traffic` is what this process answered and kept in memory: requests to \
    routes that need a key, but for those under `/metrics`; `counted_since` and `coverage` say what \
    part of the window that is. Latencies are those of answers without error, to 1 %; streamed answers \
    have none. `predictions` comes from the database: all servers that share it, and what was before a \
    restart. Its window starts with a whole minute, or a whole hour when it is longer than 6 hours.
    """

  private static let summary = operation(
    "getSummary", "How the service did in a window.", about,
    content: [
      "application/json": [
        "schema": OpenAPISchemas.reference("Summary"), "example": OpenAPIMonitoringExample.summary,
      ]
    ])

  private static let events = operation(
    "watchSummary", "The same, again every few seconds, as server-sent events.",
    about + """
       Each event `summary` has such a summary as its data; an event `failure` has the body of an \
      error. A stream ends after 15 minutes, and when the service stops; ask again then, as browsers' \
      `EventSource` does by itself.
      """,
    content: [
      "text/event-stream": [
        "schema": ["type": "string"], "example": "event: summary\ndata: {\"window\":\"1h\"}\n\n",
      ]
    ])

  private static func operation(
    _ name: String, _ summary: String, _ description: String, content: OrderedJSON
  ) -> OrderedJSON {
    OpenAPIOperation.make(
      name, tag: "Operation", summary, description, parameters: parameters,
      answer: (
        200,
        [
          "description": "How the service did.", "headers": OpenAPIHeaders.all, "content": content,
        ]
      ), errors: [401, 403, 422, 429, 503])
  }

  private static let parameters: [OrderedJSON] = [
    [
      "name": "window", "in": "query",
      "description": "How far to look back: from `1m` to `30d`, in `s`, `m`, `h` or `d`.",
      "schema": [
        "type": "string", "pattern": "^[0-9]+[smhd]$",
        "default": .string(TimeWindow.hour.description),
      ],
    ],
    [
      "name": "engine", "in": "query", "description": "Only this engine.",
      "schema": [
        "type": "string", "enum": .array(EngineKind.allCases.map { .string($0.rawValue) }),
      ],
    ],
    [
      "name": "model_version", "in": "query", "description": "Only this version of the model.",
      "schema": ["type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"],
    ],
  ]

  /// The shapes of the answers.
  static let schemas: OrderedJSON = [
    "Summary": OpenAPISchemas.object([
      ("window", ["type": "string", "pattern": "^[0-9]+[smhd]$"], nil),
      ("engine", orNull(OpenAPISchemas.reference("Engine")), "What was asked for."),
      ("model_version", orNull(["type": "string"]), "What was asked for."),
      ("served_version", ["type": "string"], "The version that answers those who name none."),
      ("traffic", traffic, nil),
      ("predictions", predictions, nil),
    ]),
    "Drift": OpenAPISchemas.object([
      ("model_version", ["type": "string"], "Whose validation split is compared with."),
      ("pictures", count, "Pictures that were compared."),
      ("needed", count, "Pictures that are needed."),
      ("classes", stability, "Of the classes that were found."),
      ("confidence", orNull(stability), "Of the confidences."),
    ]),
    "Accuracy": OpenAPISchemas.object([
      ("labelled", count, "Predictions with a label."),
      ("right", count, "Those whose label is the class that was found."),
      ("value", share, nil),
      ("lower", share, "Lower bound of the 95 % interval (Wilson)."),
      ("upper", share, "Upper bound of the 95 % interval (Wilson)."),
    ]),
  ]

  private typealias Property = OpenAPISchemas.Property

  private static let traffic = OpenAPISchemas.object(
    [
      ("from", time, "When the window began, with a whole interval."),
      ("to", time, nil),
      ("counted_since", time, "Later than `from` when the process is younger."),
      ("coverage", share(orNull: false), "Share of the window that was counted."),
      ("interval_s", ["type": "integer", "minimum": 1], "Seconds in an interval of `points`."),
    ] + totals + [
      ("by_source", array(OpenAPISchemas.object(source + totals)), "By engine and version."),
      (
        "points",
        array(
          OpenAPISchemas.object(
            [("at", time, "When the interval began."), ("seconds", number, "Counted of it.")]
              + totals)), "The intervals since `counted_since`, oldest first."
      ),
    ])

  private static let predictions = OpenAPISchemas.object(
    [("from", time, nil), ("to", time, nil)] + group + [
      (
        "confidence",
        [
          "type": "array", "items": count, "minItems": .integer(PredictionTally.binCount),
          "maxItems": .integer(PredictionTally.binCount),
        ], "Predictions in each of 15 equal intervals of confidence from 0 to 1."
      ),
      (
        "confusion",
        OpenAPISchemas.object([
          ("classes", array(["type": "string"]), nil),
          ("counts", array(array(count)), "A row for each label, a column for each class found."),
        ]), "Of the predictions that have a label."
      ),
      ("by_source", array(OpenAPISchemas.object(source + group)), "By engine and version."),
    ])

  private static let totals: [Property] = [
    ("requests", count, nil),
    ("rate", number, "Requests a second."),
    ("client_errors", count, "Answers of 4xx."),
    ("server_errors", count, "Answers of 5xx."),
    ("error_rate", share(orNull: false), "Share of 5xx."),
    (
      "latency_ms",
      OpenAPISchemas.object(["p50", "p95", "p99", "max"].map { ($0, orNull(number), nil) }), nil
    ),
  ]

  private static let source: [Property] = [
    ("engine", ["type": "string"], nil), ("model_version", ["type": "string"], nil),
  ]

  private static let group: [Property] = [
    ("total", count, nil),
    ("by_class", ["type": "object", "additionalProperties": count], nil),
    ("uncertain", part, nil),
    ("not_garment", part, nil),
    ("accuracy", OpenAPISchemas.reference("Accuracy"), nil),
    (
      "drift", orNull(OpenAPISchemas.reference("Drift")),
      "Null when nothing is known of the version's validation split."
    ),
  ]

  private static let stability = OpenAPISchemas.object([
    ("psi", orNull(number), "The population stability index; null with too few pictures."),
    (
      "state",
      [
        "type": "string",
        "enum": .array(PopulationStabilityIndex.State.allCases.map { .string($0.rawValue) }),
      ], "`stable` below 0.1, `moderate` below 0.25, else `major`."
    ),
  ])

  private static let part = OpenAPISchemas.object([("count", count, nil), ("share", share, nil)])
  private static let count: OrderedJSON = ["type": "integer", "minimum": 0]
  private static let number: OrderedJSON = ["type": "number", "minimum": 0]
  private static let time: OrderedJSON = ["type": "string", "format": "date-time"]
  private static let share = share(orNull: true)

  private static func share(orNull: Bool) -> OrderedJSON {
    let share: OrderedJSON = ["type": "number", "minimum": 0, "maximum": 1]
    return orNull ? self.orNull(share) : share
  }

  private static func array(_ items: OrderedJSON) -> OrderedJSON {
    ["type": "array", "items": items]
  }

  private static func orNull(_ schema: OrderedJSON) -> OrderedJSON {
    ["oneOf": [schema, ["type": "null"]]]
  }
}
