import Classification
import Imaging

/// The shapes of bodies.
enum OpenAPISchemas {
  static func reference(_ name: String) -> OrderedJSON {
    ["$ref": .string("#/components/schemas/\(name)")]
  }

  static let components: OrderedJSON = [
    "Class": [
      "type": "string",
      "description":
        "A class of the model version that answers; the shipped ones know those of Fashion-MNIST.",
      "minLength": 1,
      "examples": .array(FashionClass.allCases.map { .string($0.name) }),
    ],
    "Engine": [
      "type": "string",
      "description": "The engine that computed.",
      "enum": .array(EngineKind.allCases.map { .string($0.displayName) }),
    ],
    "Confidence": ["type": "number", "minimum": 0, "maximum": 1],
    "Milliseconds": ["type": "number", "minimum": 0],
    "Score": object([
      ("class", reference("Class"), nil),
      ("confidence", reference("Confidence"), "The calibrated probability, to four decimals."),
    ]),
    "Prediction": object(
      [
        ("model", reference("Engine"), nil),
        ("class", reference("Class"), "The most probable class."),
        ("confidence", reference("Confidence"), "Its calibrated probability, to four decimals."),
        (
          "inference_time_ms", reference("Milliseconds"),
          "How long the engine ran; for a batch of pictures, the whole batch."
        ),
        ("id", ["type": "string", "format": "uuid"], "The identity of the stored prediction."),
        ("model_version", ["type": "string"], "The version of the model."),
        (
          "top_k",
          [
            "type": "array", "items": reference("Score"), "minItems": 1,
            "maxItems": .integer(LabelSet.countLimit),
          ],
          "The most probable classes, best first."
        ),
        (
          "uncertain", ["type": "boolean"],
          "Whether the confidence is below the model's threshold, or the picture no garment's."
        ),
        (
          "preprocess",
          [
            "type": "string", "enum": .array(Preprocessing.allCases.map { .string($0.rawValue) }),
          ], "The preprocessing that was asked for."
        ),
        (
          "garment", ["type": "boolean"],
          "Whether the picture looks like a garment; when it does not, the class means nothing."
        ),
      ], optional: [("tensor", tensor, "What the engine saw, when `include=tensor` asks for it.")]),
    "Batch": OpenAPIBatch.schema,
    "Benchmark": object([
      ("filename", ["type": "string"], "The name of the file, without a path."),
      ("models_tested", ["type": "array", "items": reference("Engine")], nil),
      ("inference_times_ms", byEngine(reference("Milliseconds")), "The median of each engine."),
      (
        "speed_comparison", byEngine(["type": "string", "pattern": "^[0-9]+\\.[0-9]{2}x$"]),
        "How many times as fast as the slowest engine."
      ),
      (
        "fastest_model",
        object([
          ("name", reference("Engine"), nil), ("time_ms", reference("Milliseconds"), nil),
          ("speedup_over_slowest", ["type": "string"], nil),
        ]), nil
      ),
      ("iterations", ["type": "integer", "minimum": 1], "Runs of each engine."),
      (
        "percentiles_ms",
        byEngine(
          object([
            ("p50", reference("Milliseconds"), nil), ("p95", reference("Milliseconds"), nil),
            ("p99", reference("Milliseconds"), nil),
          ])), nil
      ),
      ("predictions", byEngine(reference("Score")), "What each engine says of the picture."),
    ]),
    "Statistics": object([
      ("total_predictions", ["type": "integer", "minimum": 0], nil),
      ("message", ["type": "string"], "Where the counts come from, in words."),
      ("by_engine", counts, nil),
      ("by_class", counts, nil),
      ("source", ["type": "string", "enum": ["redis", "database"]], nil),
    ]),
    "Liveness": object([("status", ["type": "string", "const": "alive"], nil)]),
    "Readiness": object([
      ("status", ["type": "string", "enum": ["ready", "not ready", "draining"]], nil),
      ("database", ["type": "string", "enum": ["ready", "not ready"]], nil),
      ("engines", ["type": "array", "items": reference("Engine")], "Loaded and warm."),
    ]),
    "Error": object([
      (
        "error",
        object([
          (
            "code",
            [
              "type": "string",
              "enum": .array(APIError.Code.allCases.map { .string($0.rawValue) }),
            ], "What went wrong, for programs."
          ),
          ("message", ["type": "string"], "What went wrong, and how to mend it."),
          ("request_id", ["type": "string"], nil),
        ]), nil
      )
    ]),
  ]

  private static let tensor: OrderedJSON = {
    let row: OrderedJSON = [
      "type": "array", "items": ["type": "number", "minimum": 0, "maximum": 1],
      "minItems": .integer(ImageTensor.width), "maxItems": .integer(ImageTensor.width),
    ]
    return [
      "type": "array", "items": row, "minItems": .integer(ImageTensor.height),
      "maxItems": .integer(ImageTensor.height),
    ]
  }()

  private static let counts: OrderedJSON = [
    "type": "object", "additionalProperties": ["type": "integer", "minimum": 0],
  ]

  private static func byEngine(_ schema: OrderedJSON) -> OrderedJSON {
    [
      "type": "object", "propertyNames": reference("Engine"), "additionalProperties": schema,
    ]
  }

  typealias Property = (name: String, schema: OrderedJSON, description: String?)

  /// An object that has all of its properties, perhaps the optional ones, and no others.
  static func object(_ properties: [Property], optional: [Property] = []) -> OrderedJSON {
    [
      "type": "object",
      "required": .array(properties.map { .string($0.name) }),
      "properties": .object(
        (properties + optional).map { property in
          .init(
            name: property.name,
            value: property.schema.appending(
              property.description.map { ["description": .string($0)] } ?? [:]))
        }),
      "additionalProperties": false,
    ]
  }
}
