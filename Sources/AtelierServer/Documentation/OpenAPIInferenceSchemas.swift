import Classification
import OpenInference

/// The shapes of the bodies of the Open Inference Protocol.
enum OpenAPIInferenceSchemas {
  static let components: OrderedJSON = [
    "InferenceError": object(["error": text]),
    "InferenceLive": object(["live": ["type": "boolean"]]),
    "InferenceReady": object(["ready": ["type": "boolean"]]),
    "InferenceDone": object([:]),
    "InferenceServer": object([
      "name": text, "version": text, "extensions": array(of: text),
    ]),
    "InferenceModel": object([
      "name": text, "versions": array(of: text), "platform": text,
      "inputs": array(of: reference("TensorMetadata")),
      "outputs": array(of: reference("TensorMetadata")),
    ]),
    "InferenceTensorMetadata": object([
      "name": text, "datatype": datatype, "shape": array(of: ["type": "integer"]),
    ]),
    "InferenceModelReady": object(["name": text, "ready": ["type": "boolean"]]),
    "InferenceModelNotReady": [
      "oneOf": [reference("ModelReady"), reference("Error")]
    ],
    "InferenceConfiguration": object([
      "name": text, "platform": text, "backend": text, "max_batch_size": count,
      "input": array(of: reference("TensorConfiguration")),
      "output": array(of: reference("TensorConfiguration")),
    ]),
    "InferenceTensorConfiguration": object([
      "name": text, "data_type": text, "dims": array(of: ["type": "integer"]),
    ]),
    "InferenceStatistics": object([
      "model_stats": array(of: reference("ModelStatistics"))
    ]),
    "InferenceModelStatistics": object([
      "name": text, "version": text, "last_inference": count, "inference_count": count,
      "execution_count": count,
      "inference_stats": object([
        "success": reference("Times"), "fail": reference("Times"), "queue": reference("Times"),
        "compute_input": reference("Times"), "compute_infer": reference("Times"),
        "compute_output": reference("Times"),
      ]),
    ]),
    "InferenceTimes": object(["count": count, "ns": count]),
    "InferenceIndex": array(of: reference("IndexEntry")),
    "InferenceIndexEntry": object([
      "name": text, "version": text,
      "state": ["type": "string", "enum": ["READY", "UNAVAILABLE"]], "reason": text,
    ]),
    "InferenceParameters": [
      "type": ["object", "null"],
      "additionalProperties": ["type": ["boolean", "number", "string"]],
    ],
    "InferenceRequest": requestSchema,
    "InferenceResponse": responseSchema,
  ]

  private static let requestSchema: OrderedJSON = [
    "type": "object",
    "required": ["inputs"],
    "properties": [
      "id": [
        "type": ["string", "null"],
        "description": "Your name for the request; the file name of the stored predictions.",
      ],
      "parameters": reference("Parameters"),
      "inputs": [
        "type": "array", "minItems": 1, "maxItems": 1,
        "items": [
          "type": "object",
          "required": ["name", "datatype", "shape"],
          "properties": [
            "name": ["type": "string", "enum": [.string(PictureInput.name)]],
            "datatype": ["type": "string", "enum": ["FP32", "UINT8", "BYTES"]],
            "shape": array(of: ["type": "integer", "minimum": 0]),
            "parameters": reference("Parameters"),
            "data": [
              "type": ["array", "null"],
              "description":
                "Grey levels from 0 to 1 (FP32) or 255 (UINT8), or files of pictures in base64.",
            ],
          ],
        ],
      ],
      "outputs": [
        "type": ["array", "null"],
        "items": [
          "type": "object",
          "required": ["name"],
          "properties": [
            "name": [
              "type": "string",
              "enum": .array(PictureOutput.allCases.map { .string($0.rawValue) }),
            ], "parameters": reference("Parameters"),
          ],
        ],
      ],
    ],
  ]

  private static let responseSchema: OrderedJSON = [
    "type": "object",
    "required": ["model_name", "model_version", "outputs"],
    "properties": [
      "model_name": text, "model_version": text, "id": text,
      "parameters": reference("Parameters"),
      "outputs": array(of: [
        "type": "object",
        "required": ["name", "datatype", "shape"],
        "properties": [
          "name": text, "datatype": datatype, "shape": array(of: count),
          "parameters": reference("Parameters"), "data": ["type": "array"],
        ],
      ]),
    ],
  ]

  static let request: OrderedJSON = [
    "id": "shop-7",
    "inputs": [
      [
        "name": "image", "datatype": "UINT8", "shape": [1, 28, 28],
        "data": .array(Array(repeating: .integer(0), count: ImageTensor.elementCount)),
      ]
    ],
    "outputs": [
      ["name": "class"], ["name": "probabilities", "parameters": ["classification": 3]],
    ],
  ]

  static let response: OrderedJSON = [
    "model_name": "fashion-lite", "model_version": "fashion-lite-20261126", "id": "shop-7",
    "parameters": ["engine": "onnx"],
    "outputs": [
      ["name": "class", "datatype": "BYTES", "shape": [1], "data": ["Bag"]],
      [
        "name": "probabilities", "datatype": "BYTES", "shape": [1, 3],
        "data": ["0.91:8:Bag", "0.05:6:Shirt", "0.01:0:T-shirt/top"],
      ],
    ],
  ]

  private static let text: OrderedJSON = ["type": "string"]
  private static let count: OrderedJSON = ["type": "integer", "minimum": 0]
  private static let datatype: OrderedJSON = [
    "type": "string", "enum": ["BOOL", "UINT8", "FP32", "BYTES"],
  ]

  private static func reference(_ name: String) -> OrderedJSON {
    OpenAPISchemas.reference("Inference" + name)
  }

  private static func array(of items: OrderedJSON) -> OrderedJSON {
    ["type": "array", "items": items]
  }

  /// An object that has all these members, and no others.
  private static func object(_ properties: OrderedJSON) -> OrderedJSON {
    guard case .object(let members) = properties else { return properties }
    return [
      "type": "object",
      "required": .array(members.map { .string($0.name) }),
      "properties": properties,
      "additionalProperties": false,
    ]
  }
}
