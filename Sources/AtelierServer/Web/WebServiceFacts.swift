import Classification
import HTTPTypes
import ModelStore
import Pipeline

/// What a page has to know of the service behind it.
struct WebServiceFacts: Sendable {
  let models: ServedModels
  let bodyLimit: Int
  let uploadLimit: Int
  let ports: ListeningPorts
  /// What the pages can call.
  let api: [Endpoint]

  /// Whether stored predictions can be looked at.
  var offersStored: Bool { offers(.get, "/predictions/{id}") }

  private func offers(_ method: HTTPRequest.Method, _ path: String) -> Bool {
    api.contains { $0.method == method && $0.path == path }
  }

  var json: OrderedJSON {
    let model = models.current.model
    return [
      "version": .string(OpenAPIDocument.version),
      "model_version": .string(model.version.name),
      "body_limit": .integer(bodyLimit),
      "upload_limit": .integer(uploadLimit),
      "api_port": ports.api.map { .integer($0) } ?? .null,
      "engines": .array(
        model.availableEngines.compactMap { engine in
          PredictionRoutes.paths.first { $0.value == engine }.map {
            [
              "name": .string(engine.displayName), "engine": .string(engine.rawValue),
              "path": .string($0.key),
            ]
          }
        }),
      "offers_labels": .boolean(offers(.put, "/predictions/{id}/label")),
      "offers_stored": .boolean(offersStored),
      "classes": .array(model.version.manifest.labels.names.map { .string($0) }),
    ]
  }
}
