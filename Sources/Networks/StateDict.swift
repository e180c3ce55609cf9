public import OrderedCollections

/// A network's parameters by name, in the order of PyTorch's `state_dict()`.
public struct StateDict: Sendable, Hashable {
  /// The parameters.
  public var tensors: OrderedDictionary<String, ParameterTensor>

  /// Creates a state dict.
  public init(_ tensors: OrderedDictionary<String, ParameterTensor> = [:]) {
    self.tensors = tensors
  }

  /// The parameter with a name.
  public subscript(name: String) -> ParameterTensor? {
    get { tensors[name] }
    set { tensors[name] = newValue }
  }

  /// This state dict under the parameter names of `network`.
  ///
  /// Files that others trained may call the same layers differently (`conv1.weight` for
  /// `cnn_stack.0.weight`), so when the names differ, parameters are matched by their order, as long
  /// as every shape fits.
  ///
  /// - Throws: ``StateDictError`` when a parameter is missing, left over, of another shape or not
  ///   finite.
  public func conforming(to network: Network) throws(StateDictError) -> StateDict {
    let expected = network.parameters
    guard tensors.count == expected.count else {
      throw .parameterCount(found: tensors.count, expected: expected.count)
    }
    let namesAgree = expected.allSatisfy { tensors[$0.name] != nil }
    var result = StateDict()
    for (parameter, (name, tensor)) in zip(expected, tensors) {
      let found = namesAgree ? tensors[parameter.name, default: tensor] : tensor
      guard found.shape == parameter.shape else {
        throw .shape(
          name: namesAgree ? parameter.name : name, found: found.shape, expected: parameter.shape)
      }
      guard found.values.allSatisfy(\.isFinite) else { throw .notFinite(name: parameter.name) }
      result[parameter.name] = found
    }
    return result
  }
}
