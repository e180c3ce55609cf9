public import Classification
public import Foundation
import Imaging

/// A data set as pictures in folders: `training/CLASS/*.png` and `test/CLASS/*.png`.
public struct PictureFolders: Sendable {
  /// The classes, whose names are the folders' names with `_` for `/`.
  public let labels: LabelSet

  /// Reads and writes folders of these classes.
  public init(labels: LabelSet) {
    self.labels = labels
  }

  /// Whether a directory holds folders of pictures rather than IDX files.
  public static func exist(in directory: URL) -> Bool {
    FileManager.default.fileExists(atPath: directory.appending(path: splits[0]).path)
  }

  /// Writes every picture as a 28x28 grey PNG.
  ///
  /// - Throws: ``DatasetError/unwritable(file:reason:)``.
  public func write(_ dataset: FashionMNIST, to directory: URL) throws(DatasetError) {
    for (split, images) in zip(Self.splits, [dataset.training, dataset.test]) {
      do {
        for name in labels.names {
          try FileManager.default.createDirectory(
            at: folder(of: name, split: split, in: directory), withIntermediateDirectories: true)
        }
        for index in 0..<images.count {
          let name = labels.names[Int(images.labels[index])]
          let file = folder(of: name, split: split, in: directory)
            .appending(path: "\(index).png")
          try Data(images.tensor(at: index).pngData()).write(to: file)
        }
      } catch {
        throw .unwritable(file: directory.path, reason: error.localizedDescription)
      }
    }
  }

  /// Reads every picture of the folders, of any size and format, prepared as for classification.
  ///
  /// - Throws: ``DatasetError`` when a folder is missing, a folder names no class or a picture cannot
  ///   be read.
  public func read(from directory: URL) throws(DatasetError) -> FashionMNIST {
    var parts: [LabelledImages] = []
    for split in Self.splits { parts.append(try read(split: split, of: directory)) }
    return FashionMNIST(training: parts[0], test: parts[1])
  }

  private static let splits = ["training", "test"]

  private func folder(of name: String, split: String, in directory: URL) -> URL {
    directory.appending(path: split).appending(path: name.replacing("/", with: "_"))
  }

  private func read(split: String, of directory: URL) throws(DatasetError) -> LabelledImages {
    var pixels: [UInt8] = []
    var classes: [UInt8] = []
    try refuseUnknownFolders(split: split, of: directory)
    for (label, name) in labels.names.enumerated() {
      let folder = folder(of: name, split: split, in: directory)
      guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
        throw .missing(file: folder.lastPathComponent, directory: directory.path)
      }
      for file in files.sorted() where !file.hasPrefix(".") {
        let path = folder.appending(path: file)
        guard let bytes = try? Data(contentsOf: path) else { throw .unreadable(file: path.path) }
        do {
          let image = try Preprocessor().prepare([UInt8](bytes))
          pixels += image.tensor.pixels.map { UInt8(($0 * 255).rounded()) }
          classes.append(UInt8(label))
        } catch {
          throw .damaged(file: path.path, reason: error.description)
        }
      }
    }
    return LabelledImages(pixels: pixels, labels: classes)
  }

  /// A folder whose name is no class is more likely a misspelling than something to pass over.
  private func refuseUnknownFolders(split: String, of directory: URL) throws(DatasetError) {
    let parent = directory.appending(path: split)
    let known = Set(
      labels.names.map { folder(of: $0, split: split, in: directory).lastPathComponent })
    let found = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    if let unknown = found.sorted().first(where: { !$0.hasPrefix(".") && !known.contains($0) }) {
      throw .damaged(
        file: parent.appending(path: unknown).path,
        reason: "its name is not one of the classes \(known.sorted().joined(separator: ", "))")
    }
  }
}
