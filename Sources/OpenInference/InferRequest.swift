/// A request to classify pictures.
public struct InferRequest: Sendable, Hashable {
  /// An output that is asked for.
  public struct Output: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// What else is asked of it, such as `classification` or `binary_data`.
    public var parameters: [String: ParameterValue]

    /// Asks for an output.
    public init(name: String, parameters: [String: ParameterValue] = [:]) {
      self.name = name
      self.parameters = parameters
    }
  }

  /// The caller's name for it, which the answer repeats.
  public var id: String
  /// What else is asked, such as `engine`.
  public var parameters: [String: ParameterValue]
  /// The tensors.
  public var inputs: [Tensor]
  /// The outputs that are asked for; empty for all.
  public var outputs: [Output]

  /// Creates a request.
  public init(
    id: String = "", parameters: [String: ParameterValue] = [:], inputs: [Tensor],
    outputs: [Output] = []
  ) {
    self.id = id
    self.parameters = parameters
    self.inputs = inputs
    self.outputs = outputs
  }
}
