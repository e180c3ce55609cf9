import Classification
public import Dataset
public import Networks

extension StateDict {
  /// Weights of a network at the scale of an untrained one, which follow from the seed alone.
  public static func random(for network: Network, seed: UInt64) -> StateDict {
    var generator = SeededGenerator(seed: seed)
    var result = StateDict()
    for parameter in network.parameters {
      let inputs = parameter.shape.dropFirst().reduce(1, *)
      let bound = Float(inputs).squareRoot()
      result[parameter.name] = ParameterTensor(
        shape: parameter.shape,
        values: generator.floats(parameter.elementCount).map { ($0 * 2 - 1) / bound })
    }
    return result
  }
}

extension SeededGenerator {
  /// Uniform numbers from 0 up to 1, such as the pixels of pictures.
  public mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(unit()) }
  }

  /// The pixels of random pictures, one after the other.
  public mutating func pictures(_ count: Int) -> [Float] {
    floats(count * ImageTensor.elementCount)
  }
}
