import Classification
import Imaging

/// The parameters that operations share.
enum OpenAPIParameters {
  static func reference(_ name: String) -> OrderedJSON {
    ["$ref": .string("#/components/parameters/\(name)")]
  }

  static let components: OrderedJSON = [
    "top_k": [
      "name": "top_k", "in": "query",
      "description":
        "How many of the most probable classes to name; a model of fewer names all it has.",
      "schema": [
        "type": "integer", "minimum": 1, "maximum": .integer(LabelSet.countLimit),
        "default": .integer(PredictionParameters.defaultTopK),
      ],
    ],
    "model": [
      "name": "model", "in": "query",
      "description":
        "A version of the model, loaded if need be; by default the one that is served.",
      "schema": ["type": "string", "minLength": 1],
    ],
    "preprocess": [
      "name": "preprocess", "in": "query",
      "description":
        """
      How the picture becomes 28x28 grey levels: `photo` crops to the garment and makes it bright on \
      black, `classic` only shrinks it, `auto` takes grey 28x28 pictures as they are and others as \
      `photo`.
      """,
      "schema": [
        "type": "string",
        "enum": .array(Preprocessing.allCases.map { .string($0.rawValue) }),
        "default": .string(Preprocessing.auto.rawValue),
      ],
    ],
    "engine": [
      "name": "engine", "in": "query",
      "description": """
      The engine that classifies; by default `onnx`, or `native` where the service has been started \
      without that.
      """,
      "schema": [
        "type": "string", "enum": .array(EngineKind.allCases.map { .string($0.rawValue) }),
      ],
    ],
    "include": [
      "name": "include", "in": "query",
      "description": "`tensor` adds to the answer what the engine saw.",
      "schema": ["type": "string", "enum": [.string(PredictionParameters.tensorName)]],
    ],
    "iterations": [
      "name": "iterations", "in": "query",
      "description": "How often each engine runs, if time allows.",
      "schema": [
        "type": "integer", "minimum": 1, "maximum": .integer(BenchmarkRoute.iterationLimit),
        "default": .integer(BenchmarkRoute.defaultIterations),
      ],
    ],
    "requestID": [
      "name": "X-Request-ID", "in": "header",
      "description":
        "Your name for the request: up to 128 letters, digits and `-_.:/+=@`. Others are replaced.",
      "schema": ["type": "string"],
    ],
  ]
}
