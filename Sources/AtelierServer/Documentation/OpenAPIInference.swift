import Classification
import Imaging
import OpenInference

/// The part of the document that describes the Open Inference Protocol.
enum OpenAPIInference {
  static let tag: OrderedJSON = [
    "name": "Open Inference Protocol",
    "description":
      """
    Version 2 of the protocol that Triton's and KServe's clients speak. A model is an architecture, and \
    its versions are those of the model store. Errors are `{"error": "…"}`.
    """,
  ]

  static let paths: OrderedJSON = server.appending(models("", named: "", [model]))
    .appending(models("/versions/{version}", named: "Version", [model, version]))
    .appending(repository)

  private static let server: OrderedJSON = [
    "/v2": [
      "get": operation(
        "getInferenceServer", "What the server is.", answers: [(200, json("Server"))],
        errors: [401, 403, 429])
    ],
    "/v2/health/live": [
      "get": probe("isInferenceServerLive", "Whether the process runs.", [200], "InferenceLive")
    ],
    "/v2/health/ready": [
      "get": probe(
        "isInferenceServerReady", "Whether requests should be sent here.", [200, 503],
        "InferenceReady")
    ],
    "/v2/models/stats": [
      "get": operation(
        "getInferenceStatistics", "What was computed with each version since the start.",
        "Needs a key that may read.", answers: [(200, json("Statistics"))],
        errors: [401, 403, 429, 503])
    ],
  ]

  /// The paths of a model, or of one of its versions.
  private static func models(
    _ path: String, named name: String, _ parameters: [OrderedJSON]
  ) -> OrderedJSON {
    let path = "/v2/models/{model}" + path
    let known = [401, 403, 404, 429, 503]
    return .object([
      .init(
        name: path,
        value: [
          "get": operation(
            "getInferenceModel" + name, "What a model takes and gives.", parameters: parameters,
            answers: [(200, json("Model"))], errors: known)
        ]),
      .init(
        name: path + "/ready",
        value: [
          "get": operation(
            "isInferenceModelReady" + name, "Whether the engines of a model are in memory.",
            "Others are loaded when they are asked for.", parameters: parameters,
            answers: [(200, json("ModelReady")), (503, json("ModelNotReady"))],
            errors: [401, 403, 404, 429])
        ]),
      .init(
        name: path + "/config",
        value: [
          "get": operation(
            "getInferenceConfiguration" + name, "The configuration of a model.",
            parameters: parameters, answers: [(200, json("Configuration"))], errors: known)
        ]),
      .init(
        name: path + "/stats",
        value: [
          "get": operation(
            "getInferenceStatisticsOfModel" + name,
            "What was computed with a model since the start.", "Needs a key that may read.",
            parameters: parameters, answers: [(200, json("Statistics"))], errors: known)
        ]),
      .init(
        name: path + "/infer", value: ["post": infer("infer" + name, parameters)]),
    ])
  }

  private static func infer(_ name: String, _ parameters: [OrderedJSON]) -> OrderedJSON {
    operation(
      name, "Classify pictures.",
      """
      When the answer has status 200, all predictions are stored. Tensors go in JSON, or behind it in raw \
      form; `Inference-Header-Content-Length` says then how long the JSON is.
      """,
      parameters: parameters + [
        [
          "name": "Inference-Header-Content-Length", "in": "header",
          "description": "How long the JSON is, when raw data follow it.",
          "schema": ["type": "integer", "minimum": 0],
        ]
      ],
      body: [
        "required": true,
        "content": [
          "application/json": [
            "schema": reference("InferenceRequest"), "example": OpenAPIInferenceSchemas.request,
          ],
          "application/octet-stream": ["schema": ["type": "string", "format": "binary"]],
        ],
      ],
      answers: [
        (
          200,
          [
            "application/json": [
              "schema": reference("InferenceResponse"),
              "example": OpenAPIInferenceSchemas.response,
            ],
            "application/octet-stream": ["schema": ["type": "string", "format": "binary"]],
          ]
        )
      ], errors: [400, 401, 403, 404, 413, 429, 503])
  }

  private static let repository: OrderedJSON = [
    "/v2/repository/index": [
      "post": operation(
        "listInferenceRepository", "The versions there are.", "Needs a key that may do all.",
        body: options(["ready": ["type": ["boolean", "null"]]]),
        answers: [(200, json("Index"))], errors: [400, 401, 403, 413, 429, 503])
    ],
    "/v2/repository/models/{model}/load": [
      "post": operation(
        "loadInferenceModel", "Load a model into memory.",
        "Needs a key that may do all. Models are loaded as they are in the store.",
        parameters: [model],
        body: options(["parameters": ["type": ["object", "null"], "maxProperties": 0]]),
        answers: [(200, json("Done"))], errors: [400, 401, 403, 404, 409, 413, 429, 503])
    ],
    "/v2/repository/models/{model}/unload": [
      "post": operation(
        "unloadInferenceModel", "Let go of the engines of a model.",
        """
        Needs a key that may do all. It is loaded again when it is asked for. The version that is served \
        and the canary stay.
        """, parameters: [model], body: options([:]), answers: [(200, json("Done"))],
        errors: [400, 401, 403, 404, 409, 413, 429, 503])
    ],
  ]

  private static let model = pathParameter("model", "The name of a model: an architecture.")
  private static let version = pathParameter("version", "The name of a version of it.")

  private static func pathParameter(_ name: String, _ description: String) -> OrderedJSON {
    [
      "name": .string(name), "in": "path", "required": true, "description": .string(description),
      "schema": ["type": "string", "minLength": 1],
    ]
  }

  private static func reference(_ name: String) -> OrderedJSON { OpenAPISchemas.reference(name) }

  private static func json(_ name: String) -> OrderedJSON {
    ["application/json": ["schema": reference("Inference" + name)]]
  }

  private static func options(_ properties: OrderedJSON) -> OrderedJSON {
    [
      "required": false,
      "content": ["application/json": ["schema": ["type": "object", "properties": properties]]],
    ]
  }

  private static func probe(
    _ name: String, _ summary: String, _ statuses: [Int], _ schema: String
  ) -> OrderedJSON {
    operation(
      name, summary,
      answers: statuses.map { ($0, ["application/json": ["schema": reference(schema)]]) },
      errors: [], headers: OpenAPIHeaders.identity
    ).appending(["security": []])
  }

  private static func operation(
    _ name: String, _ summary: String, _ description: String? = nil,
    parameters: [OrderedJSON] = [], body: OrderedJSON? = nil,
    answers: [(status: Int, content: OrderedJSON)], errors: [Int],
    headers: OrderedJSON = OpenAPIHeaders.all
  ) -> OrderedJSON {
    let head: OrderedJSON = [
      "operationId": .string(name),
      "tags": ["Open Inference Protocol"],
      "summary": .string(summary),
      "parameters": .array(parameters + [OpenAPIParameters.reference("requestID")]),
    ]
    let responses = answers.map { answer in
      OrderedJSON.Member(
        name: String(answer.status),
        value: [
          "description": answer.status == 200 ? "The answer." : "No.", "headers": headers,
          "content": answer.content,
        ])
    }
    return head.appending(description.map { ["description": .string($0)] } ?? [:])
      .appending(body.map { ["requestBody": $0] } ?? [:])
      .appending(["responses": .object(responses + errors.map(error))])
  }

  private static let problems = [
    400: "The request is not as the protocol has it, or a picture cannot be read.",
    401: "The key is missing or wrong.", 403: "The key may not do this.",
    404: "There is no such model, or no such version of it.",
    409: "It cannot be done as things are.", 413: "The body, or a picture, is larger than allowed.",
    429: "Too many requests with this key, or too many wrong keys from this address.",
    503: "The service is busy, an engine is not loaded, or the database does not answer.",
  ]

  private static func error(_ status: Int) -> OrderedJSON.Member {
    let own = [401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]]
    return .init(
      name: String(status),
      value: [
        "description": .string(problems[status] ?? ""),
        "headers": OpenAPIHeaders.references(
          ["X-Request-ID", "traceparent"] + own[status, default: []]),
        "content": ["application/json": ["schema": reference("InferenceError")]],
      ])
  }
}
