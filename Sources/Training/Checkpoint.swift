import Files
import Foundation

/// A training run between two epochs, on disk: a JSON file and, beside it, LibTorch's state.
///
/// The JSON file names the state it belongs to and is replaced in one step, so a run that is killed
/// at any moment leaves the last checkpoint or the new one, never half of one. Both are on the disk
/// before the state of the last one goes.
struct Checkpoint: Codable {
  let settings: TrainingSettings
  let datasetHash: String
  /// The version that the run started from; `nil` for random parameters.
  let base: String?
  /// What each finished epoch achieved.
  let history: [EpochResult]
  /// The name of LibTorch's state.
  let stateFile: String

  static func folder(of run: URL) -> URL {
    run.appending(path: "checkpoint", directoryHint: .isDirectory)
  }

  private static let fileName = "checkpoint.json"

  static func exists(in run: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder(of: run).appending(path: fileName).path)
  }

  /// Reads the checkpoint of a run.
  init(run: URL) throws(TrainingError) {
    guard let data = try? Data(contentsOf: Self.folder(of: run).appending(path: Self.fileName))
    else { throw .checkpointMissing(directory: run.path) }
    do {
      self = try JSONDecoder().decode(Checkpoint.self, from: data)
    } catch {
      throw .checkpointUnusable(directory: run.path, reason: "\(Self.fileName) is damaged")
    }
  }

  private init(
    settings: TrainingSettings, datasetHash: String, base: String?, history: [EpochResult],
    stateFile: String
  ) {
    self.settings = settings
    self.datasetHash = datasetHash
    self.base = base
    self.history = history
    self.stateFile = stateFile
  }

  /// Writes a checkpoint and removes what older ones left.
  static func write(
    _ trainer: NetworkTrainer, settings: TrainingSettings, datasetHash: String, base: String?,
    history: [EpochResult], to run: URL
  ) throws(TrainingError) {
    let folder = folder(of: run)
    let stateFile = "epoch-\(history.count).pt"
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try trainer.save(to: folder.appending(path: stateFile).path)
      let checkpoint = Checkpoint(
        settings: settings, datasetHash: datasetHash, base: base, history: history,
        stateFile: stateFile)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try FileContents.write(
        Array(encoder.encode(checkpoint)), to: folder.appending(path: fileName).path)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
      where name.hasPrefix("epoch-") && name != stateFile {
        try FileManager.default.removeItem(at: folder.appending(path: name))
      }
    } catch let error as TrainingError {
      throw error
    } catch let error as FileError {
      throw .unwritable(path: folder.path, reason: error.reason)
    } catch {
      throw .unwritable(path: folder.path, reason: error.localizedDescription)
    }
  }
}
