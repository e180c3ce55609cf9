import Classification
import Records

/// The part of the document that describes stored predictions.
enum OpenAPIHistory {
  static let paths: OrderedJSON = [
    "/predictions": ["get": list],
    "/predictions/export": ["get": export],
    "/predictions/{id}": [
      "get": operation(
        "getPrediction", "One stored prediction.", "Needs a key that may read.", parameters: [id],
        answer: stored, errors: [401, 403, 404, 429, 503])
    ],
    "/predictions/{id}/image": ["get": image],
    "/predictions/{id}/label": ["put": label],
  ]

  static let tag: OrderedJSON = [
    "name": "History", "description": "The stored predictions, and what is true of them.",
  ]

  private static let list = operation(
    "listPredictions", "The stored predictions, newest first, page by page.",
    """
    Needs a key that may read. All filters have to be met. A page may have fewer predictions than \
    `limit`, even none, and others still follow: for `min_confidence`, `filename` and `request_id` \
    predictions may have to be looked at one by one, which a page does for about 10 ms. There are more while \
    `next_cursor` is not null; send it as `cursor` with the same filters. Predictions that are stored meanwhile \
    neither repeat nor hide others.
    """,
    parameters: OpenAPIHistoryParameters.filters + OpenAPIHistoryParameters.paging,
    answer: OpenAPIOperation.json(
      "The newest predictions that meet the filters.",
      schema: OpenAPISchemas.reference("PredictionPage"),
      example: [
        "predictions": [example], "next_cursor": "01a20c9fb0ba75f091200fab82f70917707f5058",
      ]),
    errors: [401, 403, 422, 429, 503])

  private static let export = operation(
    "exportPredictions", "The stored predictions as a file, newest first.",
    """
    Needs a key that may read. The columns have the names of the database. Texts that a spreadsheet \
    could take for a formula (those that start with `=`, `+`, `-`, `@`, a tab or a line break) get an \
    apostrophe before them. CSV is RFC 4180 in UTF-8 with a byte order mark, so that Excel reads it \
    right, and is sent as it is read; a workbook is sent when it is complete.
    """,
    parameters: OpenAPIHistoryParameters.filters + [OpenAPIHistoryParameters.format],
    answer: [
      "description": "The file.",
      "headers": OpenAPIHeaders.all,
      "content": [
        "text/csv": ["schema": ["type": "string"]],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": [
          "schema": [
            "type": "string", "format": "binary", "contentMediaType": "application/octet-stream",
          ]
        ],
      ],
    ], errors: [401, 403, 422, 429, 503])

  private static let image = operation(
    "getPredictionImage", "The picture of a prediction, as the model saw it.",
    "Needs a key that may read. Predictions of older versions of the service have none.",
    parameters: [id],
    answer: [
      "description": "A grey PNG of 28x28 pixels.",
      "headers": OpenAPIHeaders.all,
      "content": [
        "image/png": [
          "schema": ["type": "string", "format": "binary", "contentMediaType": "image/png"]
        ]
      ],
    ], errors: [401, 403, 404, 429, 503])

  private static let label = operation(
    "labelPrediction", "Say what a picture really shows.",
    "A key that may only predict may say so of its own predictions. `null` takes a label back.",
    parameters: [id], body: labelBody, answer: stored,
    errors: [400, 401, 403, 404, 413, 415, 422, 429, 503])

  private static let labelBody: OrderedJSON = [
    "required": true,
    "content": [
      "application/json": [
        "schema": [
          "type": "object",
          "required": ["label"],
          "properties": [
            "label": [
              "description": "The true class; null when it is not known.",
              "oneOf": [OpenAPISchemas.reference("Class"), ["type": "null"]],
            ]
          ],
          "additionalProperties": false,
        ],
        "example": ["label": "Bag"],
      ]
    ],
  ]

  private static let id: OrderedJSON = [
    "name": "id", "in": "path", "required": true,
    "description": "The identity of a prediction.",
    "schema": ["type": "string", "format": "uuid"],
    "example": "01a20c9f-b0ba-75f0-9120-0fab82f70917",
  ]

  private static let stored = OpenAPIOperation.json(
    "The prediction.", schema: OpenAPISchemas.reference("StoredPrediction"), example: example)

  private static let example = OpenAPIExamples.prediction(.onnx).appending([
    "created_at": "2026-11-24T09:30:00.125Z",
    "filename": "test_shirt.jpg",
    "request_id": "01a20c9f-b0b1-7c55-9a3e-50f1d2c3b4a5",
    "client_key_id": "key-1a2b3c4d",
    "image_sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "true_label": "Shirt",
  ])

  private static func operation(
    _ name: String, _ summary: String, _ description: String, parameters: [OrderedJSON],
    body: OrderedJSON? = nil, answer: OrderedJSON, errors: [Int]
  ) -> OrderedJSON {
    OpenAPIOperation.make(
      name, tag: "History", summary, description, parameters: parameters, body: body,
      answer: (200, answer), errors: errors)
  }

  /// The shapes of the answers.
  static let schemas: OrderedJSON = [
    "StoredPrediction": [
      "type": "object",
      "required": .array((prediction + additions).map { .string($0.name) }),
      "properties": .object(prediction + additions),
      "additionalProperties": false,
    ],
    "PredictionPage": [
      "type": "object",
      "required": ["predictions", "next_cursor"],
      "properties": [
        "predictions": ["type": "array", "items": OpenAPISchemas.reference("StoredPrediction")],
        "next_cursor": [
          "type": ["string", "null"],
          "description": "Where the history goes on; null when this was the last page.",
        ],
      ],
      "additionalProperties": false,
    ],
  ]

  /// What every prediction has; what an answer has on demand is not stored.
  private static let prediction: [OrderedJSON.Member] = {
    let schema = OpenAPISchemas.components["Prediction"]
    guard case .object(let members) = schema?["properties"],
      case .array(let required) = schema?["required"]
    else { return [] }
    return members.filter { required.contains(.string($0.name)) }
  }()

  private static let additions: [OrderedJSON.Member] = [
    .init(name: "created_at", value: ["type": "string", "format": "date-time"]),
    .init(
      name: "filename",
      value: ["type": "string", "description": "The name of the file, without a path."]),
    .init(
      name: "request_id",
      value: ["type": "string", "description": "The identity of the request that asked."]),
    .init(
      name: "client_key_id",
      value: ["type": "string", "description": "The key that asked, not its secret."]),
    .init(
      name: "image_sha256",
      value: [
        "type": "string", "pattern": "^[0-9a-f]{64}$",
        "description": "SHA-256 of the picture's file.",
      ]),
    .init(
      name: "true_label",
      value: [
        "description": "What the picture really shows, when somebody has said so.",
        "oneOf": [OpenAPISchemas.reference("Class"), ["type": "null"]],
      ]),
  ]
}
