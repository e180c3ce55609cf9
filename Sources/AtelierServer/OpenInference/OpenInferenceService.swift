import Classification
import Imaging
import ModelStore
import OpenInference
import Pipeline
import Records

/// The Open Inference Protocol 2, whatever it comes over.
struct OpenInferenceService: Sendable {
  let predictions: PredictionService
  let models: OpenModels
  let readiness: Readiness

  static let metadata = ServerMetadata(version: OpenAPIDocument.version)

  /// What is said of a model.
  func metadata(_ model: String, _ version: String) async throws(APIError) -> ModelMetadata {
    let found = try await models.find(model, version)
    return ModelMetadata(
      name: model, versions: try await models.versions(of: model).map(\.name),
      labels: found.manifest.labels)
  }

  /// Whether the engines of a model are in memory.
  func isReady(_ model: String, _ version: String) async throws(APIError) -> Bool {
    models.models.isLoaded(try await models.find(model, version).name)
  }

  /// Classifies the pictures of a request and stores the predictions.
  ///
  /// - Throws: ``APIError`` when the request is wrong, or a picture of it could not be classified and
  ///   stored; others of it may be stored then.
  func infer(
    _ request: InferRequest, _ model: String, _ version: String, for caller: some PredictionCaller
  ) async throws(APIError) -> InferResponse {
    let pictures = try Self.mapped { () throws(OpenInferenceError) in
      try PictureOutput.check(request.outputs)
      return try PictureInput.pictures(of: request)
    }
    let preprocessing = try Self.preprocessing(request)
    let served = try await models.resolve(model, version)
    let engine = try Self.engine(request) ?? served.defaultEngine
    caller.notes.note {
      $0.engine = engine.displayName
      $0.modelVersion = served.name
    }
    let classifier = try served.classifier(for: engine)
    let parameters = PredictionParameters(
      topK: PredictionParameters.defaultTopK, modelVersion: served.name,
      preprocessing: preprocessing)
    let answers = try await classify(
      pictures.map { Self.picture($0, id: request.id) }, parameters, classifier, caller)
    return InferResponse(
      modelName: model, modelVersion: served.name, id: request.id,
      parameters: ["engine": .string(engine.rawValue)],
      outputs: try Self.mapped { () throws(OpenInferenceError) in
        try PictureOutput.tensors(request.outputs, of: answers, labels: classifier.labels)
      })
  }

  private func classify(
    _ pictures: [UploadedPicture], _ parameters: PredictionParameters, _ classifier: Classifier,
    _ caller: some PredictionCaller
  ) async throws(APIError) -> [PictureAnswer] {
    if pictures.count == 1 {
      let (record, outcome) = try await predictions.predict(
        pictures[0], parameters: parameters, classifier: classifier, context: caller)
      return [PictureAnswer(prediction: outcome.prediction, id: record.id)]
    }
    var answers: [PictureAnswer] = []
    for start in stride(from: 0, to: pictures.count, by: BatchService.groupLimit) {
      let group = pictures[start..<min(start + BatchService.groupLimit, pictures.count)]
      let results = await predictions.predict(
        group.map { .init(picture: $0, identity: nil) }, parameters: parameters,
        classifier: classifier, context: caller)
      for result in results {
        do {
          let (record, outcome) = try result.get()
          answers.append(PictureAnswer(prediction: outcome.prediction, id: record.id))
        } catch {
          throw APIError(
            status: error.status, code: error.code,
            message: "picture \(answers.count) of the request: \(error.message)",
            headers: error.headers)
        }
      }
    }
    return answers
  }

  /// What was computed with each version of a model, or of all.
  func statistics(_ model: String, _ version: String) async throws(APIError) -> [ModelStatistics] {
    let all =
      if model.isEmpty {
        try await models.catalog.versions()
      } else if version.isEmpty {
        try await models.versions(of: model)
      } else {
        [try await models.find(model, version)]
      }
    return all.map { version in
      var statistics = predictions.versions.statistics(ofVersion: version.name)
      statistics.name = OpenModels.name(of: version)
      return statistics
    }
  }

  /// The versions there are, the damaged ones with what is wrong.
  func index() async throws(APIError) -> [ModelIndexEntry] {
    try await models.catalog.entries().map { item in
      let isLoaded = models.models.isLoaded(item.entry.name)
      return ModelIndexEntry(
        name: (try? item.entry.version.get()).map { OpenModels.name(of: $0) } ?? item.entry.name,
        version: item.entry.name, isReady: isLoaded && item.defect == nil,
        reason: item.defect?.description ?? (isLoaded ? "" : "not loaded"))
    }
  }

  /// Loads the version of a model that would answer.
  func load(_ model: String) async throws(APIError) {
    let served = try await models.resolve(model, "")
    if let obstacle = served.obstacle { throw .conflict(obstacle) }
  }

  /// Lets go of the engines of a model, until it is asked for again.
  func unload(_ model: String) async throws(APIError) {
    try models.models.unload(Set(try await models.versions(of: model).map(\.name)))
  }

  private static func picture(_ input: PictureInput, id: String) -> UploadedPicture {
    // The caller's name for the request is the only name that a tensor's picture has.
    let name = UploadedFileName.sanitized(id)
    return switch input {
    case .file(let bytes): UploadedPicture(bytes: bytes, filename: name)
    case .tensor(let tensor): UploadedPicture(tensor, filename: name)
    }
  }

  private static func preprocessing(
    _ request: InferRequest
  ) throws(APIError) -> Preprocessing {
    guard let value = request.parameters["preprocess"] else { return .auto }
    guard let chosen = value.string.flatMap({ Preprocessing(rawValue: $0) }) else {
      let names = Preprocessing.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidRequest("the parameter preprocess must be one of \(names)")
    }
    return chosen
  }

  /// The engine that is asked for, if one is.
  private static func engine(_ request: InferRequest) throws(APIError) -> EngineKind? {
    guard let value = request.parameters["engine"] else { return nil }
    guard let engine = value.string.flatMap({ EngineKind(rawValue: $0) }) else {
      let names = EngineKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidRequest("the parameter engine must be one of \(names)")
    }
    return engine
  }

  static func mapped<Value>(
    _ body: () throws(OpenInferenceError) -> Value
  ) throws(APIError) -> Value {
    do throws(OpenInferenceError) {
      return try body()
    } catch {
      throw APIError(error)
    }
  }
}
