import Jobs

extension OpenAPIJobs {
  static let example: OrderedJSON = [
    "id": "01a20c9f-b0ba-75f0-9120-0fab82f70917",
    "kind": .string(JobKind.archive.rawValue),
    "state": .string(JobState.running.rawValue),
    "created_at": "2026-11-24T09:30:00.125Z",
    "started_at": "2026-11-24T09:30:00.131Z",
    "ended_at": .null,
    "progress": [
      "done": 2, "total": 10_000, "unit": "pictures",
      "detail": [
        "pictures": 2, "classified": 1, "failed": 1, "by_class": ["T-shirt/top": 1], "bytes": 1_204,
        "total_bytes": 5_891_230,
      ],
    ],
    "parameters": [
      "bytes": 5_217_334, "engine": "onnx", "file_count": 1, "files": ["season.zip"],
      "preprocess": "auto", "top_k": 3,
    ],
    "result": .null,
    "error": .null,
    "attempt": 1,
    "cancellation_requested": false,
    "owner_key_id": "key-1a2b3c4d",
  ]

  /// The shapes of the answers.
  static let schemas: OrderedJSON = [
    "Job": [
      "type": "object",
      "required": .array(properties.map { .string($0.name) }),
      "properties": .object(properties),
      "additionalProperties": false,
    ],
    "JobPage": [
      "type": "object",
      "required": ["jobs", "next_cursor"],
      "properties": [
        "jobs": ["type": "array", "items": OpenAPISchemas.reference("Job")],
        "next_cursor": [
          "type": ["string", "null"],
          "description": "Where the list goes on; null when this was the last page.",
        ],
      ],
      "additionalProperties": false,
    ],
  ]

  private static let time: OrderedJSON = ["type": ["string", "null"], "format": "date-time"]
  private static let content: OrderedJSON = ["type": ["object", "null"]]

  private static let properties: [OrderedJSON.Member] = [
    .init(name: "id", value: ["type": "string", "format": "uuid"]),
    .init(
      name: "kind",
      value: [
        "type": "string", "description": "What it does; `archive` classifies an upload.",
      ]),
    .init(
      name: "state",
      value: ["type": "string", "enum": .array(JobState.allCases.map { .string($0.rawValue) })]),
    .init(name: "created_at", value: ["type": "string", "format": "date-time"]),
    .init(name: "started_at", value: time),
    .init(name: "ended_at", value: time),
    .init(name: "progress", value: progress),
    .init(
      name: "parameters", value: ["type": "object", "description": "What was asked for."]),
    .init(
      name: "result",
      value: content.appending(["description": "What came of it, once it has succeeded."])),
    .init(name: "error", value: failure),
    .init(
      name: "attempt",
      value: [
        "type": "integer", "minimum": 0,
        "description": "How often it was begun, or gone on with after a restart.",
      ]),
    .init(name: "cancellation_requested", value: ["type": "boolean"]),
    .init(
      name: "owner_key_id",
      value: ["type": "string", "description": "The key that asked, not its secret."]),
  ]

  private static let progress: OrderedJSON = [
    "type": "object",
    "required": ["done", "total", "unit", "detail"],
    "properties": [
      "done": ["type": "integer", "minimum": 0],
      "total": [
        "type": ["integer", "null"], "minimum": 0, "description": "Null while nobody can tell.",
      ],
      "unit": ["type": "string", "description": "What is counted, such as `pictures`."],
      "detail": content.appending(["description": "What else there is to say."]),
    ],
    "additionalProperties": false,
  ]

  private static let failure: OrderedJSON = [
    "type": ["object", "null"],
    "description": "Why it failed.",
    "required": ["code", "message"],
    "properties": ["code": ["type": "string"], "message": ["type": "string"]],
    "additionalProperties": false,
  ]
}
