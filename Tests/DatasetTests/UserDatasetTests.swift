import Archives
import Classification
import Foundation
import Imaging
import Testing

@testable import Dataset

@Suite struct UserDatasetTests {
  @Test func foldersAreClasses() throws {
    try withFiles([
      "shoes/boot/1.png": png(1), "shoes/boot/2.png": png(2), "shoes/sandal/3.png": png(3),
      "shoes/sandal/.hidden.png": png(4), "shoes/sandal/notes.txt": Data("no picture".utf8),
    ]) { directory in
      let set = try UserDatasetReader().read(directory)
      #expect(set.kind == .folders)
      #expect(set.labels.names == ["boot", "sandal"])
      #expect(set.images.labels == [0, 0, 1])
      #expect(set.names == ["shoes/boot/1.png", "shoes/boot/2.png", "shoes/sandal/3.png"])
      #expect(set.unreadable.map(\.name) == ["shoes/sandal/notes.txt"])
      #expect(Array(set.images.image(at: 2)) == pixels(3))
    }
  }

  @Test func aDirectoryMayBeALink() throws {
    try withFiles(["boot/1.png": png(1), "sandal/2.png": png(2)]) { directory in
      let link = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: directory)
      defer { try? FileManager.default.removeItem(at: link) }
      let set = try UserDatasetReader().read(link)
      #expect(set.names == ["boot/1.png", "sandal/2.png"])
      #expect(set.unreadable.isEmpty)
    }
  }

  @Test func standardNamesComeInTheStandardOrder() throws {
    try withFiles(["Bag/1.png": png(1), "T-shirt_top/2.png": png(2)]) { directory in
      let set = try UserDatasetReader().read(directory)
      #expect(set.labels.names == ["T-shirt/top", "Bag"])
      let all = try set.relabelled(to: .fashionMNIST)
      #expect(all.images.labels == [8, 0])
      #expect(throws: DatasetError.self) { try set.relabelled(to: LabelSet(["Bag", "Coat"])) }
    }
  }

  @Test(arguments: [
    "path,label\nboot/1.png,boot\n\"sandal/2.png\",\"a, sandal\"\n",
    "Label;File\r\nboot;boot/1.png\r\na, sandal;sandal/2.png\r\n",
    "\u{FEFF}image\tclass\n./boot/1.png\tboot\nsandal\\2.png\ta, sandal\n",
  ])
  func tablesNamePicturesAndLabels(text: String) throws {
    try withFiles([
      "boot/1.png": png(1), "sandal/2.png": png(2), "labels.csv": Data(text.utf8),
    ]) { directory in
      for location in [directory, directory.appending(path: "labels.csv")] {
        let set = try UserDatasetReader().read(location)
        #expect(set.kind == .csv)
        #expect(set.labels.names == ["a, sandal", "boot"])
        #expect(set.images.labels == [1, 0])
        #expect(set.unreadable.isEmpty)
      }
    }
  }

  @Test func rowsWithoutPictureOrLabelAreListed() throws {
    let table = "path,label\n1.png,boot\n2.png,\n3.png,sandal\n,sandal\n"
    try withFiles(["1.png": png(1), "2.png": png(2), "t.csv": Data(table.utf8)]) { directory in
      let set = try UserDatasetReader().read(directory)
      #expect(set.images.count == 1)
      #expect(
        set.unreadable.map(\.reason) == [
          "it has no label", "there is no such file", "it names no picture",
        ])
    }
  }

  @Test func idxFilesComeBackWithTheirClasses() throws {
    try withFiles(["boot/1.png": png(1), "boot/2.png": png(2), "sandal/3.png": png(3)]) {
      directory in
      let set = try UserDatasetReader().read(directory)
      let converted = directory.appending(path: "converted")
      try set.write(to: converted)
      let back = try UserDatasetReader().read(converted)
      #expect(back.kind == .idx)
      #expect(back.labels == set.labels)
      #expect(back.images == set.images)
      try FileManager.default.removeItem(at: converted.appending(path: "labels.txt"))
      // Without names, the labels are those of the standard set.
      #expect(
        try UserDatasetReader().read(converted).labels.names
          == Array(LabelSet.fashionMNIST.names[0..<2]))
    }
  }

  /// What is no data set, and a part of what is said of it.
  @Test(arguments: [
    (["a.png"], "", "named by class"),
    (["boot/1.png", "boot/old/2.png"], "", "in it"),
    (["boot/1.png"], "name,kind\nboot/1.png,boot\n", "columns name, kind"),
    (["boot/1.png"], "path,label\n../boot/1.png,boot\n", "leads out"),
    (["boot/1.png"], "path,label\n/etc/passwd,boot\n", "leads out"),
    (["boot/1.png"], "path,label\nboot/2.png,boot\n", "no picture"),
    (["boot/1.png"], "path,label\n\"boot\"/1.png,boot\n", "quotation"),
  ])
  func whatIsNoDataSetSaysWhy(files: [String], table: String, mention: String) throws {
    var content = Dictionary(uniqueKeysWithValues: files.map { ($0, png(1)) })
    if !table.isEmpty { content["table.csv"] = Data(table.utf8) }
    try withFiles(content) { directory in
      let error = #expect(throws: DatasetError.self) { try UserDatasetReader().read(directory) }
      #expect(error?.description.contains(mention) == true, "\(error?.description ?? "")")
    }
  }

  @Test func linksAndTooManyFilesAreNotFollowed() throws {
    try withFiles(["boot/1.png": png(1), "sandal/2.png": png(2)]) { directory in
      try FileManager.default.createSymbolicLink(
        at: directory.appending(path: "boot/3.png"),
        withDestinationURL: directory.appending(path: "sandal/2.png"))
      var reader = UserDatasetReader()
      #expect(try reader.read(directory).unreadable.map(\.name) == ["boot/3.png"])
      reader.limits.entryCount = 3
      #expect(throws: DatasetError.tooManyFiles(directory: directory.path, limit: 3)) {
        try reader.read(directory)
      }
    }
  }

  @Test func archivesAreReadLikeFolders() throws {
    try withFiles(["set/boot/1.png": png(1), "set/sandal/2.png": png(2)]) { directory in
      let archive = directory.appending(path: "set.tar.gz")
      let tar = Process()
      tar.executableURL = URL(filePath: "/bin/tar")
      tar.arguments = ["-C", directory.path, "-czf", archive.path, "set"]
      try tar.run()
      tar.waitUntilExit()
      let set = try UserDatasetReader().read(archive)
      #expect(set.labels.names == ["boot", "sandal"])
      #expect(set.images.count == 2)
      let whole = try Data(contentsOf: archive)
      try whole.prefix(whole.count / 2).write(to: archive)
      let error = #expect(throws: DatasetError.self) { try UserDatasetReader().read(archive) }
      #expect(error?.description.contains("cut short") == true)
    }
  }
}

/// A picture that no other number has.
func pixels(_ number: Int) -> [UInt8] {
  var generator = SeededGenerator(seed: UInt64(number))
  return (0..<784).map { _ in UInt8(generator.integer(below: 256)) }
}

/// The picture as a grey PNG.
func png(_ number: Int) -> Data {
  Data(ImageTensor(bytes: pixels(number)).pngData())
}

func withFiles(_ files: [String: Data], _ body: (URL) throws -> Void) throws {
  let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  for (path, content) in files {
    let file = directory.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try content.write(to: file)
  }
  try body(directory)
}
