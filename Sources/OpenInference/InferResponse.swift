/// The answer to an ``InferRequest``.
public struct InferResponse: Sendable, Hashable {
  /// The model.
  public let modelName: String
  /// The version of it that answered.
  public let modelVersion: String
  /// The caller's name for the request.
  public let id: String
  /// What else is said, such as the engine that ran.
  public let parameters: [String: ParameterValue]
  /// The outputs that were asked for, in that order.
  public let outputs: [Tensor]

  /// Creates an answer.
  public init(
    modelName: String, modelVersion: String, id: String, parameters: [String: ParameterValue] = [:],
    outputs: [Tensor]
  ) {
    self.modelName = modelName
    self.modelVersion = modelVersion
    self.id = id
    self.parameters = parameters
    self.outputs = outputs
  }
}
