public import Classification

/// What is answered of one picture.
public struct PictureAnswer: Sendable {
  /// What the model says.
  public let prediction: Prediction
  /// The identity of the stored prediction.
  public let id: String

  /// Creates an answer.
  public init(prediction: Prediction, id: String) {
    self.prediction = prediction
    self.id = id
  }
}

/// The outputs of every model.
public enum PictureOutput: String, CaseIterable, Sendable {
  /// The calibrated probability of each class.
  case probabilities
  /// The name of the most probable class.
  case `class`
  /// Its calibrated probability.
  case confidence
  /// Whether the model is not sure.
  case uncertain
  /// Whether the picture shows a garment.
  case garment
  /// The identity of the stored prediction.
  case predictionID = "prediction_id"

  /// The kind of its elements.
  public var datatype: TensorDatatype {
    switch self {
    case .probabilities, .confidence: .fp32
    case .class, .predictionID: .bytes
    case .uncertain, .garment: .bool
    }
  }

  /// Its shape for a model of some classes; -1 stands for the number of pictures.
  public func shape(classCount: Int) -> [Int] {
    self == .probabilities ? [-1, classCount] : [-1]
  }

  /// The parameter of the classification extension.
  private static let classification = "classification"

  /// The most outputs that can be asked for: each of them twice, such as once as a ranking. Without a
  /// limit an answer could be many times as large as its request.
  private static let countLimit = 2 * allCases.count

  /// Checks what a request asks of the outputs, before anything is classified.
  ///
  /// - Throws: ``OpenInferenceError`` when there is no such output, or they are too many.
  public static func check(_ requested: [InferRequest.Output]) throws(OpenInferenceError) {
    guard requested.count <= countLimit else {
      throw .invalid("the request asks for \(requested.count) outputs; there may be \(countLimit)")
    }
    for output in requested {
      guard let kind = PictureOutput(rawValue: output.name) else {
        let names = allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalid("there is no output \(output.name.prefix(64)); there are \(names)")
      }
      guard let value = output.parameters[classification] else { continue }
      guard kind == .probabilities else {
        throw .invalid(
          "classification is for the output \(PictureOutput.probabilities.rawValue) only")
      }
      guard let count = value.integer, count >= 0 else {
        throw .invalid("classification must be a whole number, of classes to name")
      }
    }
  }

  /// The tensors that a request asks for.
  ///
  /// - Parameters:
  ///   - requested: The outputs; empty for all.
  ///   - answers: What was answered of each picture.
  ///   - labels: The classes, in the order of ``probabilities``.
  /// - Throws: ``OpenInferenceError`` when there is no such output.
  public static func tensors(
    _ requested: [InferRequest.Output], of answers: [PictureAnswer], labels: LabelSet
  ) throws(OpenInferenceError) -> [Tensor] {
    try check(requested)
    let wanted =
      requested.isEmpty ? allCases.map { InferRequest.Output(name: $0.rawValue) } : requested
    return wanted.compactMap { output in
      guard let kind = PictureOutput(rawValue: output.name) else { return nil }
      let classCount = output.parameters[classification]?.integer ?? 0
      return classCount > 0
        ? ranking(of: answers, count: min(classCount, labels.count), labels: labels)
        : kind.tensor(of: answers, labels: labels)
    }
  }

  private func tensor(of answers: [PictureAnswer], labels: LabelSet) -> Tensor {
    let predictions = answers.map(\.prediction)
    return switch self {
    case .probabilities:
      Tensor(
        name: rawValue, .floats(predictions.flatMap { Self.probabilities(of: $0, labels) }),
        columns: labels.count)
    case .class:
      Tensor(name: rawValue, .strings(predictions.map { Array($0.best.name.utf8) }))
    case .confidence: Tensor(name: rawValue, .floats(predictions.map(\.best.confidence)))
    case .uncertain: Tensor(name: rawValue, .bools(predictions.map(\.isUncertain)))
    case .garment: Tensor(name: rawValue, .bools(predictions.map(\.isGarment)))
    case .predictionID: Tensor(name: rawValue, .strings(answers.map { Array($0.id.utf8) }))
    }
  }

  private static func probabilities(of prediction: Prediction, _ labels: LabelSet) -> [Float] {
    let byName = Dictionary(
      prediction.ranking.map { ($0.name, $0.confidence) }, uniquingKeysWith: { first, _ in first })
    return labels.names.map { byName[$0] ?? 0 }
  }

  /// The most probable classes as `value:index:label`, the best first.
  ///
  /// Source: Open Inference Protocol 2, classification extension.
  private static func ranking(
    of answers: [PictureAnswer], count: Int, labels: LabelSet
  ) -> Tensor {
    let indices = Dictionary(
      labels.names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let texts = answers.flatMap { answer in
      answer.prediction.topK(count).map { score in
        Array("\(score.confidence):\(indices[score.name] ?? 0):\(score.name)".utf8)
      }
    }
    return Tensor(
      name: PictureOutput.probabilities.rawValue, .strings(texts), columns: max(count, 1))
  }
}
