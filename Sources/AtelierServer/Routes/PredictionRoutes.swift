import APIKeys
import Classification
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Pipeline
import Records

/// The routes that classify one picture, each with its engine.
struct PredictionRoutes: Sendable {
  let service: PredictionService
  let bodyLimit: Int

  /// The statuses these routes answer with.
  static let statuses = [200, 400, 401, 403, 413, 415, 422, 429, 503]

  /// The paths and their engines. That which names none has another engine where LibTorch is missing.
  static let paths: KeyValuePairs<String, EngineKind> = [
    "/predict": ModelLoader.engine(preferring: .pytorch), "/predict-scripted": .torchscript,
    "/predict-onnx": .onnx,
    "/predict-quantized": .quantized, "/predict-native": .native,
  ]

  var endpoints: [Endpoint] {
    Self.paths.map { path, engine in
      Endpoint(
        .post, path, role: .predict, statuses: Self.statuses, place: .eventLoop
      ) { request, context in
        try await predict(request, context, engine: engine)
      }
    }
  }

  private func predict(
    _ request: Request, _ context: ServiceContext, engine: EngineKind
  ) async throws -> Response {
    let parameters = try PredictionParameters(request)
    let classifier = try await service.classifier(
      engine, version: parameters.modelVersion, notes: context.notes)
    let picture = try await UploadedPicture(request, limit: bodyLimit, notes: context.notes)
    let (record, outcome) = try await service.predict(
      picture, parameters: parameters, classifier: classifier, context: context)
    return .json(
      encoded: PredictionAnswer.json(
        record, tensor: parameters.includesTensor ? outcome.tensor : nil))
  }
}
