import Classification
import Dataset
import Foundation
import ModelImport
import ModelStore
import Networks
import OnnxModel
import OracleSupport
import OrderedCollections
import Pipeline
import StateDictFiles
import Testing

@Suite struct ModelImportTests {
  /// The files that Python made, once for the whole test run.
  private static let folder = Task {
    let folder = FileManager.default.temporaryDirectory.appending(path: "imports-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try await Oracle.run(script: "models.py", arguments: [folder.path])
    return folder
  }

  private func withStore<Value>(_ body: (ModelStore) async throws -> Value) async throws -> Value {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(ModelStore(directory: directory))
  }

  private func file(_ name: String) async throws -> String {
    try await Self.folder.value.appending(path: name).path
  }

  @Test(arguments: ["seed.pth", "seed.onnx"])
  func weightsOfAnArchitectureGetAllForms(name: String) async throws {
    let path = try await file(name)
    try await withStore { store in
      let version = try ModelImport(into: store).version(of: path, named: "v")
      #expect(version.manifest.architecture == .fashionCNN)
      #expect(version.manifest.files.count == 5)
      #expect(try store.versions() == [version])
      let weights = try StateDictFile.read(contentsOf: version.verifiedPath(of: .stateDict))
      let original = try await StateDictFile.read(contentsOf: file("seed.pth"))
      #expect(weights.tensors.values.elements == original.tensors.values.elements)
    }
  }

  @Test func aRecipeIsKeptWithTheWeights() async throws {
    let recipe = Recipe(
      training: .object(["program": .string("distill.py"), "settings": .object([:])]),
      dataset: .init(name: "Fashion-MNIST", trainingCount: 2, validationCount: 1, sha256: "aa"))
    let path = try await file("seed.pth")
    try await withStore { store in
      let version = try ModelImport(into: store).version(of: path, named: "v", recipe: recipe)
      #expect(version.manifest.training == recipe.training)
      #expect(version.manifest.dataset == recipe.dataset)
    }
  }

  @Test(arguments: Architecture.allCases, [true, false])
  func everyArchitectureIsRecognised(architecture: Architecture, isOnnx: Bool) async throws {
    let network = architecture.network()
    let weights = StateDict.random(for: network, seed: 4)
    try await withStore { store in
      let path = store.directory.path + ".model"
      defer { try? FileManager.default.removeItem(atPath: path) }
      if isOnnx {
        try OnnxModel.write(network: network, stateDict: weights, labels: .fashionMNIST, to: path)
      } else {
        try StateDictFile.write(weights, to: path)
      }
      let version = try ModelImport(into: store).version(of: path, named: "v")
      #expect(version.manifest.architecture == architecture)
      #expect(version.manifest.files.count == 5)
    }
  }

  @Test(arguments: ["linear.onnx", "other.onnx"])
  func otherGraphsStayAsTheyAre(name: String) async throws {
    let path = try await file(name)
    try await withStore { store in
      let version = try ModelImport(into: store).version(of: path, named: "v")
      #expect(version.manifest.architecture == nil)
      #expect(version.manifest.parameters == (name == "linear.onnx" ? 7_840 : 206_922))
      #expect(Array(version.manifest.files.keys) == ["model.onnx"])
      let model = ModelLoader().load(version)
      #expect(model.availableEngines == [.onnx])
      let form = try version.verifiedPath(of: .onnx)
      #expect(
        FileManager.default.contents(atPath: form) == FileManager.default.contents(atPath: path))
    }
  }

  @Test(arguments: [
    ("extra.pth", "for fashion-cnn, the weights have 9 parameters where the architecture has 8"),
    ("five-classes.pth", "has the shape [5, 128] where the architecture has [10, 128]"),
    ("whole-module.pth", "refuses to run"),
    ("legacy.pth", "the form of PyTorch before 1.6"),
    ("nan.pth", "the parameter cnn_stack.7.bias holds values that are not finite"),
    ("colour.onnx", "N x 1 x 28 x 28"),
    ("seven-classes.onnx", "N x 10 logits"),
    ("infinite.onnx", "its tensor w holds values that are not finite"),
    ("external.onnx", "its tensor w lies in another file"),
    ("huge.onnx", "does not have the values its shape needs"),
  ])
  func unusableModelsAreRefused(name: String, reason: String) async throws {
    let path = try await file(name)
    try await withStore { store in
      let error = #expect(throws: ModelImportError.self) {
        try ModelImport(into: store).version(of: path, named: "v")
      }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
      #expect((try? store.entries())?.isEmpty ?? true)
    }
  }

  @Test func garbageIsRefused() async throws {
    let whole = try await [UInt8](Data(contentsOf: URL(filePath: file("seed.onnx"))))
    let archive = try await [UInt8](Data(contentsOf: URL(filePath: file("seed.pth"))))
    var generator = SeededGenerator(seed: 7)
    var inputs: [[UInt8]] = [[], Array("hello".utf8), Array("PK".utf8), [0x80, 2]]
    inputs += (0..<20).map { index in
      let source = index.isMultiple(of: 2) ? whole : archive
      return Array(source.prefix(generator.integer(below: source.count)))
    }
    inputs += (0..<20).map { _ in (0..<300).map { _ in UInt8(generator.integer(below: 256)) } }
    try await withStore { store in
      for bytes in inputs {
        let error = #expect(throws: ModelImportError.self) {
          try ModelImport(into: store).version(of: bytes, named: "v")
        }
        #expect(error?.description.contains("/") != true, "\(error?.description ?? "")")
      }
    }
  }

  @Test(arguments: [
    ("fashion_model.pth", "fashion_model"), ("my model (2).onnx", "my-model--2-"),
    ("..pth", nil), ("模型.pth", nil), ("v1.2.pth", "v1.2"), ("", nil),
  ])
  func namesComeFromFiles(file: String, name: String?) {
    #expect(ModelImport.name(ofFile: file) == name)
  }
}
