import Classification
import ModelStore
import Pipeline

/// What a page has to know of the service behind it.
struct WebServiceFacts: Sendable {
  let model: LoadedModel
  let bodyLimit: Int
  let ports: ListeningPorts

  var json: OrderedJSON {
    [
      "version": .string(OpenAPIDocument.version),
      "model_version": .string(model.version.name),
      "body_limit": .integer(bodyLimit),
      "api_port": ports.api.map { .integer($0) } ?? .null,
      "engines": .array(
        PredictionRoutes.paths.filter { model.availableEngines.contains($0.value) }.map {
          ["name": .string($0.value.displayName), "path": .string($0.key)]
        }),
      "classes": .array(model.version.manifest.labels.names.map { .string($0) }),
    ]
  }
}
