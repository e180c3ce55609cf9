import Classification
import Imaging

/// The files of a data set as they were found, by their paths from its root; pictures are prepared as
/// they come, so that only 784 bytes of each stay in memory.
struct DatasetFiles {
  /// A file that says something of pictures.
  struct Table {
    let path: String
    let bytes: [UInt8]
  }

  /// The file that names the classes of IDX files, one a line.
  static let classListName = "labels.txt"

  private(set) var pictures: [String: [UInt8]] = [:]
  private(set) var unreadable: [UserDataset.Unreadable] = []
  private(set) var tables: [Table] = []
  private(set) var idxFiles: [Table] = []
  private(set) var classList: Table?
  /// Folders that hold nothing.
  var emptyFolders: [String] = []

  private let preprocessor: Preprocessor

  init(preprocessor: Preprocessor) {
    self.preprocessor = preprocessor
  }

  mutating func add(_ path: String, _ bytes: [UInt8]) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if name.contains("idx3-ubyte") || name.contains("idx1-ubyte") {
      idxFiles.append(Table(path: path, bytes: bytes))
    } else if name == Self.classListName {
      classList = Table(path: path, bytes: bytes)
    } else if [".csv", ".tsv"].contains(where: name.lowercased().hasSuffix) {
      tables.append(Table(path: path, bytes: bytes))
    } else {
      do throws(ImagingError) {
        pictures[path] = try preprocessor.prepare(bytes).tensor.bytes
      } catch {
        addUnreadable(path, error.description)
      }
    }
  }

  mutating func addUnreadable(_ path: String, _ reason: String) {
    unreadable.append(.init(name: path, reason: reason))
  }

  /// Names that systems leave behind, or that users hide.
  static func isPassedOver(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0.first == "." || $0 == "__MACOSX" }
  }
}
