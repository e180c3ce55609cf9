public import Classification
public import Foundation
public import ModelStore
public import Networks
import OnnxModel
import StateDictFiles
import TorchEngines

/// Writes a model in the forms that the engines run, all from one state dict.
public enum ModelExporter {
  /// The forms this program can write.
  public static let forms: [ModelForm] = [.stateDict, .torchscript, .onnx, .quantized]

  /// Writes forms of a model into a folder, which is made when it is missing.
  ///
  /// Each file appears whole or not at all, in place of an older one.
  ///
  /// - Throws: ``ExportError`` when the weights do not fit the network or a file cannot be written.
  public static func write(
    _ forms: [ModelForm] = ModelExporter.forms, network: Network, stateDict: StateDict,
    labels: LabelSet, to directory: URL
  ) throws(ExportError) {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path: directory.path, reason: error.localizedDescription)
    }
    let parameters: StateDict
    do {
      parameters = try stateDict.conforming(to: network)
    } catch {
      throw .unfitWeights(error)
    }
    for form in forms {
      let path = directory.appending(path: form.fileName).path
      do {
        switch form {
        case .stateDict:
          try StateDictFile.write(parameters, to: path)
        case .torchscript:
          try TorchExport.writeTorchScript(network: network, stateDict: parameters, to: path)
        case .onnx:
          try OnnxModel.write(network: network, stateDict: parameters, labels: labels, to: path)
        case .quantized:
          try TorchExport.writeQuantized(network: network, stateDict: parameters, to: path)
        case .native:
          throw ExportError.unsupported(form)
        }
      } catch let error as ExportError {
        throw error
      } catch {
        throw .unwritable(path: path, reason: "\(error)")
      }
    }
  }

  /// Writes a whole version: its forms, then the manifest that makes the folder a version.
  ///
  /// - Throws: ``ExportError``.
  public static func writeVersion(
    manifest: Manifest, stateDict: StateDict, forms: [ModelForm] = ModelExporter.forms,
    to directory: URL
  ) throws(ExportError) -> ModelVersion {
    try write(
      forms, network: manifest.network, stateDict: stateDict, labels: manifest.labels,
      to: directory)
    do {
      return try ModelVersion.finish(directory: directory, manifest: manifest)
    } catch {
      throw .store(error)
    }
  }
}
