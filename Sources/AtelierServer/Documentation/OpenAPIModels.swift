import Classification
import ModelStore
import Networks

/// The part of the document that describes the versions of the model.
enum OpenAPIModels {
  static let tag: OrderedJSON = [
    "name": "Models", "description": "The versions of the model, and which of them is served.",
  ]

  static let paths: OrderedJSON = [
    "/models": ["get": list, "post": importModel],
    "/models/{version}/promote": [
      "post": OpenAPIOperation.make(
        "promoteModel", tag: "Models", "Serve a version from now on.",
        """
        Needs a key that may do all. The version's files are checked, its engines loaded and warmed, \
        and then requests that begin get their answers from it; those that have begun end with the \
        version they began with. When it cannot be loaded, the version before goes on. Other servers \
        on the same store follow within five seconds.
        """,
        parameters: [version], answer: (200, served("The version that is served now.")),
        errors: [401, 403, 404, 409, 429, 503])
    ],
    "/models/rollback": [
      "post": OpenAPIOperation.make(
        "rollBackModel", tag: "Models", "Serve the version that was served before.",
        "Needs a key that may do all. Doing it once more goes back one version further.",
        parameters: [], answer: (200, served("The version that is served now.")),
        errors: [401, 403, 409, 429, 503])
    ],
    "/models/{version}": [
      "delete": OpenAPIOperation.make(
        "removeModel", tag: "Models", "Delete a version for good.",
        """
        Needs a key that may do all. The version that is served, the canary, and those that came with \
        the program stay.
        """,
        parameters: [version],
        answer: (204, ["description": "It is gone.", "headers": OpenAPIHeaders.all]),
        errors: [401, 403, 404, 409, 429, 503])
    ],
  ]

  private static let list = OpenAPIOperation.make(
    "listModels", tag: "Models", "The versions there are.",
    """
    Needs a key that may read. The newest is first; those that cannot be used are last, with what is \
    wrong as `defect`.
    """,
    parameters: [],
    answer: (
      200,
      OpenAPIOperation.json(
        "The versions.", schema: OpenAPISchemas.reference("ModelList"),
        example: [
          "current": "fashion-lite-20261126", "previous": .null,
          "canary": ["version": "v3", "share": .fixed(0.1, decimals: 4)], "pinned": false,
          "models": [example],
        ])
    ), errors: [401, 403, 429, 503])

  private static let importModel = OpenAPIOperation.make(
    "importModel", tag: "Models", "Make a version of a model file.",
    """
    Needs a key that may do all. The file is a PyTorch state dict (`.pth`) of one of the architectures, \
    or an ONNX model. All forms are made of the weights, and have to agree on their logits within 1e-4 (of the largest, where that is above 1). \
    An ONNX model of another design is taken as it is when its input is N x 1 x 28 x 28 and its output \
    N x 10 floats; then only ONNX Runtime can run it. The new version is not served until it is \
    promoted.
    """,
    parameters: [
      [
        "name": "name", "in": "query",
        "description": "The version's name; by default the field `name`, then that of the file.",
        "schema": ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"],
      ]
    ], body: upload, answer: (201, served("The new version.")),
    errors: [400, 401, 403, 409, 413, 415, 422, 429, 503, 507])

  private static let upload: OrderedJSON = [
    "required": true,
    "content": [
      "multipart/form-data": OpenAPIOperation.form(
        file: "A `.pth` or `.onnx` file.",
        others: [
          .init(name: "name", value: ["type": "string", "description": "The version's name."])
        ]),
      "application/octet-stream": ["schema": ["type": "string", "format": "binary"]],
    ],
  ]

  private static let version: OrderedJSON = [
    "name": "version", "in": "path", "required": true,
    "description": "The name of a version.",
    "schema": ["type": "string", "minLength": 1],
    "example": "fashion-lite-20261126",
  ]

  private static func served(_ description: String) -> OrderedJSON {
    OpenAPIOperation.json(
      description, schema: OpenAPISchemas.reference("Model"), example: example)
  }

  private static let example: OrderedJSON = [
    "version": "fashion-lite-20261126", "current": true, "loaded": true, "canary_share": .null,
    "shipped": true, "defect": .null, "architecture": "fashion-lite",
    "created": "2026-11-24T07:14:02.000Z", "parameters": 206_922, "bytes": 3_330_518,
    "classes": .array(FashionClass.allCases.map { .string($0.name) }),
    "engines": ["PyTorch", "TorchScript", "ONNX", "PyTorch (Quantized)"],
    "validation": [
      "samples": 5_000, "accuracy": .fixed(0.93, decimals: 4), "ece": .fixed(0.01, decimals: 4),
    ],
    "test": .null,
  ]

  /// The shapes of the answers.
  static let schemas: OrderedJSON = [
    "Model": [
      "type": "object",
      "required": .array(properties.map { .string($0.name) }),
      "properties": .object(properties),
      "additionalProperties": false,
    ],
    "ModelList": [
      "type": "object",
      "required": ["current", "previous", "canary", "pinned", "models"],
      "properties": [
        "current": ["type": "string", "description": "The version that is served."],
        "previous": [
          "type": ["string", "null"], "description": "The version that a rollback would serve.",
        ],
        "canary": [
          "type": ["object", "null"],
          "description": "The version that a share of the requests tries.",
          "required": ["version", "share"],
          "properties": [
            "version": ["type": "string"],
            "share": ["type": "number", "minimum": 0, "maximum": 1],
          ],
        ],
        "pinned": [
          "type": "boolean",
          "description": "Whether the service was started with the version, so that it stays.",
        ],
        "models": ["type": "array", "items": OpenAPISchemas.reference("Model")],
      ],
      "additionalProperties": false,
    ],
    "ModelMetrics": [
      "type": "object",
      "required": ["samples", "accuracy", "ece"],
      "properties": [
        "samples": ["type": "integer", "minimum": 0],
        "accuracy": ["type": "number", "minimum": 0, "maximum": 1],
        "ece": [
          "type": "number", "minimum": 0, "maximum": 1,
          "description": "Expected calibration error over 15 bins.",
        ],
      ],
      "additionalProperties": false,
    ],
  ]

  private static let properties: [OrderedJSON.Member] = [
    .init(name: "version", value: ["type": "string"]),
    .init(
      name: "current", value: ["type": "boolean", "description": "Whether it is served."]),
    .init(
      name: "loaded",
      value: ["type": "boolean", "description": "Whether its engines are in memory."]),
    .init(
      name: "canary_share",
      value: [
        "type": ["number", "null"], "minimum": 0, "maximum": 1,
        "description": "The share of the requests that it answers as the canary.",
      ]),
    .init(
      name: "shipped",
      value: ["type": "boolean", "description": "Whether it came with the program."]),
    .init(
      name: "defect",
      value: ["type": ["string", "null"], "description": "Why it cannot be used."]),
    .init(
      name: "architecture",
      value: [
        "type": ["string", "null"],
        "description": "Its design; null for an imported graph of another design.",
      ]),
    .init(name: "created", value: ["type": ["string", "null"], "format": "date-time"]),
    .init(name: "parameters", value: ["type": ["integer", "null"], "minimum": 0]),
    .init(
      name: "bytes",
      value: [
        "type": ["integer", "null"], "minimum": 0, "description": "The size of its files.",
      ]),
    .init(name: "classes", value: ["type": "array", "items": ["type": "string"]]),
    .init(
      name: "engines",
      value: [
        "type": "array", "items": ["type": "string"],
        "description": "The engines that it has a form for.",
      ]),
    .init(name: "validation", value: metrics),
    .init(name: "test", value: metrics),
  ]

  private static let metrics: OrderedJSON = [
    "description": "Its quality on the split; null when that was not measured.",
    "oneOf": [OpenAPISchemas.reference("ModelMetrics"), ["type": "null"]],
  ]
}
