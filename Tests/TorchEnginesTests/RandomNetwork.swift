import Classification
import Dataset
import Networks

/// A `fashion-cnn` with random parameters, and random pictures for it.
struct RandomNetwork {
  let network = Architecture.fashionCNN.network()
  let stateDict: StateDict
  private var generator: SeededGenerator

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var stateDict = StateDict()
    for parameter in network.parameters {
      // Scaled by the fan-in, so that logits have the size that trained ones have.
      let fanIn = parameter.shape.dropFirst().reduce(1, *)
      let scale = (6 / Double(max(fanIn, 8))).squareRoot()
      stateDict[parameter.name] = ParameterTensor(
        shape: parameter.shape,
        values: (0..<parameter.elementCount).map { _ in
          Float((generator.unit() * 2 - 1) * scale)
        })
    }
    self.stateDict = stateDict
    self.generator = generator
  }

  mutating func images(_ count: Int) -> [ImageTensor] {
    (0..<count).map { _ in
      ImageTensor(
        bytes: (0..<ImageTensor.elementCount).map { _ in UInt8(generator.integer(below: 256)) })
    }
  }
}
