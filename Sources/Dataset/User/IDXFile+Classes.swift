import Classification
public import Foundation

extension CuratedDataset {
  /// Writes the usable pictures as a pair of gzipped IDX files, and the names of the classes as
  /// `labels.txt`, into a folder that is made when it is missing.
  ///
  /// - Throws: ``DatasetError/unwritable(file:reason:)``.
  public func write(to directory: URL) throws(DatasetError) {
    try IDXFile.write(usable, labels: labels, to: directory)
  }
}

extension UserDataset {
  /// Writes all pictures as a pair of gzipped IDX files, and the names of the classes as `labels.txt`,
  /// into a folder that is made when it is missing.
  ///
  /// - Throws: ``DatasetError/unwritable(file:reason:)``.
  public func write(to directory: URL) throws(DatasetError) {
    try IDXFile.write(images, labels: labels, to: directory)
  }
}

extension IDXFile {
  fileprivate static func write(
    _ images: LabelledImages, labels: LabelSet, to directory: URL
  ) throws(DatasetError) {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try Data((labels.names.joined(separator: "\n") + "\n").utf8)
        .write(to: directory.appending(path: DatasetFiles.classListName), options: .atomic)
    } catch {
      throw .unwritable(file: directory.path, reason: error.localizedDescription)
    }
    try write(
      images, images: directory.appending(path: "train-images-idx3-ubyte.gz"),
      labels: directory.appending(path: "train-labels-idx1-ubyte.gz"))
  }
}
