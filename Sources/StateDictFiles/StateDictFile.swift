import Files
public import Networks
import OrderedCollections

/// Files of weights as Python's `torch.save(model.state_dict(), path)` writes them (`.pth`, since
/// PyTorch 1.6): a ZIP archive of a pickle, which describes the tensors, and their storages.
///
/// Source: PyTorch, *Serialization semantics*, "Serialized file format for torch.save".
public enum StateDictFile {
  /// The largest file that is read, in bytes.
  static let maximumSize = 2 << 30

  /// Reads the weights of a file, as 32-bit floats.
  ///
  /// The file holds a dictionary of tensors, or one in which a dictionary of tensors lies under a
  /// key such as `state_dict`, as training loops save. Parameters may be 16-bit, bfloat16, 32-bit or
  /// 64-bit floats and views of each other; the counters `num_batches_tracked` of batch
  /// normalisation, which are integers and no parameters, are left out. Nothing in the file is
  /// executed.
  ///
  /// - Throws: ``StateDictFileError`` when the file is missing, damaged, no state dict, or asks for
  ///   code to be run.
  public static func read(contentsOf path: String) throws(StateDictFileError) -> StateDict {
    let bytes: [UInt8]
    do {
      bytes = try FileContents.read(from: path, limit: maximumSize)
    } catch {
      throw StateDictFileError(path: path, reason: .unreadable(error.reason))
    }
    return try read(bytes, path: path)
  }

  /// Reads weights from the bytes of a file.
  ///
  /// - Throws: ``StateDictFileError``, as ``read(contentsOf:)`` does.
  public static func read(_ bytes: [UInt8]) throws(StateDictFileError) -> StateDict {
    try read(bytes, path: nil)
  }

  /// Writes weights to a file that `torch.load(path, weights_only=True)` reads as an `OrderedDict`
  /// of 32-bit tensors with the same keys in the same order.
  ///
  /// The same weights give the same bytes. The file appears whole or not at all.
  ///
  /// - Throws: ``StateDictFileError`` when the file cannot be written.
  public static func write(
    _ stateDict: StateDict, to path: String
  ) throws(StateDictFileError) {
    let bytes = try encode(stateDict, path: path)
    do {
      try FileContents.write(bytes, to: path)
    } catch {
      throw StateDictFileError(path: path, reason: .unwritable(error.reason))
    }
  }

  private static func read(
    _ bytes: [UInt8], path: String?
  ) throws(StateDictFileError) -> StateDict {
    do throws(StateDictFileError.Reason) {
      var reader = try StateDictReader(bytes)
      return try reader.read()
    } catch {
      throw StateDictFileError(path: path, reason: error)
    }
  }

  private static func encode(
    _ stateDict: StateDict, path: String
  ) throws(StateDictFileError) -> [UInt8] {
    do throws(StateDictFileError.Reason) {
      var archive = ZipWriter()
      try archive.append(StateDictPickle(stateDict).bytes, named: "archive/data.pkl")
      try archive.append(Array("little".utf8), named: "archive/byteorder")
      for (index, tensor) in stateDict.tensors.values.enumerated() {
        let storage = tensor.values.withUnsafeBytes { Array($0) }
        try archive.append(storage, named: "archive/data/\(index)")
      }
      try archive.append(Array("3\n".utf8), named: "archive/version")
      return archive.finish()
    } catch {
      throw StateDictFileError(path: path, reason: error)
    }
  }
}
