import Classification
import Foundation

/// Finds out how files are a data set, and makes one of them.
struct DatasetLayout {
  let files: DatasetFiles
  /// What errors call the whole.
  let source: String

  /// The data set of the files: of IDX files when there are any, else of a table, else of folders.
  ///
  /// - Parameter table: The name of the table, when it is known.
  func dataset(table name: String? = nil) throws(DatasetError) -> UserDataset {
    if let name {
      guard let table = files.tables.first(where: { $0.path == name }) else {
        throw .unreadable(file: name)
      }
      return try LabelTable(table).dataset(of: files)
    }
    if !files.idxFiles.isEmpty { return try idxDataset() }
    switch files.tables.count {
    case 0: return try folderDataset()
    case 1: return try LabelTable(files.tables[0]).dataset(of: files)
    default: throw .severalTables(paths: files.tables.map(\.path).sorted())
    }
  }

  private func folderDataset() throws(DatasetError) -> UserDataset {
    var unreadable = files.unreadable
    var pictures: [(name: String, className: String, pixels: [UInt8])] = []
    var holders: Set<Substring> = []
    for (path, pixels) in files.pictures.sorted(by: { $0.key < $1.key }) {
      let folder = path[...].droppingLastComponent
      guard !folder.isEmpty else {
        unreadable.append(
          .init(name: path, reason: "it lies in no folder; put it into that of its class"))
        continue
      }
      holders.insert(folder)
      pictures.append((path, Self.className(folder), pixels))
    }
    guard !pictures.isEmpty else {
      throw .noPictures(source: source, unreadable: unreadable.count)
    }
    for holder in holders {
      let above = sequence(first: holder.droppingLastComponent) { $0.droppingLastComponent }
        .prefix { !$0.isEmpty }
      if let mixed = above.first(where: holders.contains) {
        throw .mixedFolder(path: String(mixed), inner: String(holder))
      }
    }
    // A folder of which no picture can be read is a class all the same.
    let lost = files.unreadable.map { $0.name[...].droppingLastComponent }.filter { !$0.isEmpty }
    let empty = files.emptyFolders.map { $0[...] } + lost
    let depths = Set(holders.map(Self.depth))
    return try UserDataset(
      kind: .folders, pictures: pictures,
      emptyClasses: Set(empty.filter { depths.contains(Self.depth($0)) }.map(Self.className)),
      unreadable: unreadable)
  }

  private static func depth(_ path: Substring) -> Int { path.count { $0 == "/" } }

  /// The name of a folder; one that cannot have the slash of a standard class has `_` for it.
  private static func className(_ folder: Substring) -> String {
    let name = folder.split(separator: "/").last.map(String.init) ?? ""
    return LabelSet.fashionMNIST.names.first { $0.replacing("/", with: "_") == name } ?? name
  }

  private func idxDataset() throws(DatasetError) -> UserDataset {
    let byPath = Dictionary(
      files.idxFiles.map { (Self.stem($0.path), $0) }, uniquingKeysWith: { first, _ in first })
    var parts: [(path: String, images: LabelledImages)] = []
    for (path, table) in byPath.sorted(by: { $0.key < $1.key })
    where path.contains("idx3-ubyte") {
      let partner = path.replacing("images", with: "labels").replacing("idx3", with: "idx1")
      guard let labels = byPath[partner] else {
        throw .partnerMissing(file: path, partner: partner)
      }
      parts.append(
        (
          path,
          try IDXFile.read(
            images: (table.path, table.bytes), labels: (labels.path, labels.bytes))
        ))
    }
    guard parts.contains(where: { $0.images.count > 0 }) else {
      throw .noPictures(source: source, unreadable: files.unreadable.count)
    }
    let labels = try idxLabels(largest: parts.compactMap { $0.images.labels.max() }.max() ?? 0)
    var pictures: [(name: String, className: String, pixels: [UInt8])] = []
    for (path, images) in parts {
      _ = try images.classCounts(classCount: labels.count)
      for index in 0..<images.count {
        pictures.append(
          ("\(path) #\(index)", labels[Int(images.labels[index])], Array(images.image(at: index))))
      }
    }
    return try UserDataset(
      kind: .idx, pictures: pictures, emptyClasses: files.classList == nil ? [] : Set(labels),
      unreadable: files.unreadable)
  }

  /// The names of the labels of IDX files: those of the list beside them, else those of the standard
  /// set.
  private func idxLabels(largest: UInt8) throws(DatasetError) -> [String] {
    if let list = files.classList {
      let names = String(decoding: list.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      guard Set(names).count == names.count else {
        throw .damaged(file: list.path, reason: "it names a class twice")
      }
      return names
    }
    let standard = LabelSet.fashionMNIST.names
    guard Int(largest) < standard.count else {
      throw .classNamesMissing(largest: Int(largest), file: DatasetFiles.classListName)
    }
    return standard
  }

  private static func stem(_ path: String) -> String {
    path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
  }
}
