public import Classification
public import Foundation
public import ModelStore
import NativeEngine
public import Networks
import OnnxModel
import StateDictFiles
import TorchEngines

/// Writes a model in the forms that the engines run, all from one state dict.
public enum ModelExporter {
  /// The forms this program can write.
  public static let forms: [ModelForm] = [.stateDict, .torchscript, .onnx, .quantized, .native]

  /// Writes forms of a model into a folder, which is made when it is missing.
  ///
  /// Each file appears whole or not at all, in place of an older one.
  ///
  /// - Throws: ``ExportError`` when a form cannot be had from this build, the weights do not fit the
  ///   network or a file cannot be written.
  public static func write(
    _ forms: [ModelForm] = ModelExporter.forms, network: Network, stateDict: StateDict,
    labels: LabelSet, to directory: URL
  ) throws(ExportError) {
    let needsLibTorch: Set<ModelForm> = [.torchscript, .quantized]
    if !TorchLibrary.isInstalled, let form = forms.first(where: needsLibTorch.contains) {
      throw .libTorchMissing(form)
    }
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
          try NativeModel(network: network, stateDict: parameters).write(to: path)
        case .garmentDetector:
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
    detector: GarmentDetector? = nil, to directory: URL
  ) throws(ExportError) -> ModelVersion {
    guard let network = manifest.network else { throw .architectureMissing }
    try write(
      forms, network: network, stateDict: stateDict, labels: manifest.labels,
      to: directory)
    return try finish(manifest: manifest, detector: detector, in: directory)
  }

  /// Replaces what was fitted after training; the network stays as it is.
  ///
  /// - Parameters:
  ///   - version: A version in a folder that can be written.
  ///   - fitted: The new calibration.
  ///   - evaluations: Quality on other splits with the new calibration, by their names.
  /// - Throws: ``ExportError``.
  public static func recalibrate(
    _ version: ModelVersion, with fitted: ModelCalibration, evaluations: [String: Evaluation]
  ) throws(ExportError) -> ModelVersion {
    var manifest = version.manifest
    manifest.calibration = fitted.calibration
    manifest.metrics["validation"] = .init(fitted.validation)
    for (split, evaluation) in evaluations { manifest.metrics[split] = .init(evaluation) }
    // These were measured with the detector that is replaced.
    manifest.outliers = nil
    manifest.falseAlarms = nil
    return try finish(manifest: manifest, detector: fitted.detector, in: version.directory)
  }

  private static func finish(
    manifest: Manifest, detector: GarmentDetector?, in directory: URL
  ) throws(ExportError) -> ModelVersion {
    let path = directory.appending(path: ModelForm.garmentDetector.fileName).path
    do {
      try detector?.write(to: path)
    } catch {
      throw .unwritable(path: path, reason: error.description)
    }
    do {
      return try ModelVersion.finish(directory: directory, manifest: manifest)
    } catch {
      throw .store(error)
    }
  }
}
