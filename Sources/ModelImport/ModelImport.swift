public import Classification
import Files
import Foundation
public import ModelStore
import OnnxEngine
import TorchEngines
import Training

/// Makes a model version of a file that somebody else wrote: weights of PyTorch (`.pth`) or an ONNX
/// model (`.onnx`).
///
/// What the file is shows in its bytes, not in its name. Weights have to be those of one of our
/// architectures; all forms are then made of them, and have to agree. An ONNX model that is none of our
/// architectures stays as it is, and only ONNX Runtime can run it.
public struct ModelImport: Sendable {
  /// The largest file that is read, in bytes.
  public static let sizeLimit = 256 << 20

  /// How far apart logits of two forms may lie, as a share of the largest of them or of 1.
  static let tolerance: Float = 1e-4

  private let store: ModelStore
  private let labels: LabelSet

  /// Prepares imports into a store, of models that tell some classes apart.
  public init(into store: ModelStore, labels: LabelSet = .fashionMNIST) {
    self.store = store
    self.labels = labels
  }

  /// Imports a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: The version's name.
  ///   - recipe: How the weights were made; `nil` when that is not known.
  /// - Throws: `FileError` when the file cannot be read, else ``ModelImportError``; the store is then as
  ///   it was.
  public func version(
    of path: String, named name: String, recipe: Recipe? = nil
  ) throws -> ModelVersion {
    try version(
      of: FileContents.read(from: path, limit: Self.sizeLimit), named: name, recipe: recipe)
  }

  /// Imports the bytes of a file. It takes seconds, and blocks.
  ///
  /// - Parameters:
  ///   - bytes: What the file holds.
  ///   - name: The version's name.
  ///   - recipe: How the weights were made; `nil` when that is not known.
  /// - Throws: ``ModelImportError``; the store is then as it was.
  public func version(
    of bytes: [UInt8], named name: String, recipe: Recipe? = nil
  ) throws(ModelImportError) -> ModelVersion {
    guard TorchLibrary.isInstalled, OnnxEngine.isInstalled else { throw .librariesMissing }
    let source = try Source(bytes, classCount: labels.count)
    do {
      return try store.add(name) { folder in
        switch source {
        case .weights(let architecture, let weights, let original):
          let manifest = Manifest(
            architecture: architecture, labels: labels, created: Date(),
            training: recipe?.training, dataset: recipe?.dataset)
          let version = try ModelExporter.writeVersion(
            manifest: manifest, stateDict: weights, to: folder)
          try FormAgreement(of: version).check(against: original)
        case .graph(let bytes, let parameterCount):
          let manifest = Manifest(
            graphWithParameters: parameterCount, labels: labels, created: Date())
          try FileContents.write(bytes, to: folder.appending(path: ModelForm.onnx.fileName).path)
          let version = try ModelVersion.finish(directory: folder, manifest: manifest)
          try FormAgreement(of: version).check(against: nil)
        }
      }
    } catch let error as ModelImportError {
      throw error
    } catch let error as ModelStoreError {
      throw .store(error)
    } catch ExportError.store(let error) {
      throw .store(error)
    } catch let error as ExportError {
      throw .export(error)
    } catch let error as FileError {
      throw .store(.unwritable(path: error.path, reason: error.reason))
    } catch {
      throw .store(.unwritable(path: store.directory.path, reason: "\(error)"))
    }
  }

  /// The name a version gets by default: that of its file, without the end and with dashes for what a
  /// name cannot have; `nil` when nothing is left.
  public static func name(ofFile fileName: String) -> String? {
    let stem = (fileName as NSString).deletingPathExtension
    let name = String(
      stem.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }
        .drop { !$0.isLetter && !$0.isNumber }.prefix(64))
    return ModelStore.isUsable(name: name) ? name : nil
  }
}
