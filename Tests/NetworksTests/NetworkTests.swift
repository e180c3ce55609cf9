import Networks
import OrderedCollections
import Testing

@Suite struct NetworkTests {
  let network = Architecture.fashionCNN.network()

  @Test func fashionCNNHasThePublishedSize() {
    #expect(network.parameterCount == 206_922)
    #expect(network.classCount == 10)
    #expect(network.parameters.first?.name == "cnn_stack.0.weight")
    #expect(network.parameters.map(\.shape).last == [10])
    // 28*28*16*9 + 14*14*32*16*9 + 1568*128 + 128*10
    #expect(network.multiplyAddCount == 112_896 + 903_168 + 200_704 + 1_280)
  }

  @Test(arguments: [
    (Architecture.fashionResNet, 370_570, 29_071_680), (.fashionLite, 72_778, 5_733_248),
  ])
  func residualNetworksAreAsSmallAsTheySay(
    architecture: Architecture, parameters: Int, multiplyAdds: Int
  ) {
    let network = architecture.network()
    #expect(network.parameterCount == parameters)
    #expect(network.multiplyAddCount == multiplyAdds)
    #expect(network.classCount == 10)
    #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
  }

  @Test func anotherNumberOfClassesChangesOnlyTheLastLayer() {
    let other = Architecture.fashionCNN.network(classCount: 3)
    #expect(other.classCount == 3)
    #expect(other.parameters.dropLast(2) == network.parameters.dropLast(2))
  }

  @Test func foreignNamesAreMatchedByOrderAndShape() throws {
    let original = zeros()
    var renamed = StateDict()
    for (index, tensor) in original.tensors.values.enumerated() { renamed["p\(index)"] = tensor }
    #expect(try renamed.conforming(to: network) == original)
    // The names agree here, so the order does not matter.
    let reversed = StateDict(
      OrderedDictionary(
        uniqueKeysWithValues: original.tensors.reversed().map { ($0.key, $0.value) }))
    #expect(try reversed.conforming(to: network) == original)
  }

  @Test func unfitStateDictsAreRefused() {
    var short = zeros()
    short.tensors.removeLast()
    #expect(throws: StateDictError.parameterCount(found: 7, expected: 8)) {
      try short.conforming(to: network)
    }
    var misshapen = zeros()
    misshapen["cnn_stack.9.bias"] = ParameterTensor(shape: [5], values: [0, 0, 0, 0, 0])
    #expect(throws: StateDictError.shape(name: "cnn_stack.9.bias", found: [5], expected: [10])) {
      try misshapen.conforming(to: network)
    }
    var diverged = zeros()
    diverged["cnn_stack.0.bias"]?.values[3] = .nan
    #expect(throws: StateDictError.notFinite(name: "cnn_stack.0.bias")) {
      try diverged.conforming(to: network)
    }
  }

  private func zeros() -> StateDict {
    var state = StateDict()
    for parameter in network.parameters {
      state[parameter.name] = ParameterTensor(
        shape: parameter.shape, values: Array(repeating: 0, count: parameter.elementCount))
    }
    return state
  }
}
