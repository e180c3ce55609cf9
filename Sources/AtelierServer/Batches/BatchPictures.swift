import Archives
import Classification
import HTTPTypes
import Imaging
import NIOPosix
import Pipeline
import Synchronization

/// The pictures of an upload, one after the other: files as they are, archives entry by entry.
final class BatchPictures: Sendable {
  /// A picture, or what stands in its place.
  struct Item: Sendable {
    /// The name of the file, or its path in the archive.
    let filename: String
    let content: Result<[UInt8], APIError>
    /// Whether it stands for a file of the upload rather than for an entry of an archive: a picture, or
    /// an archive of which no more can be read.
    var isFile = true
    /// Whether it stands for an archive of which no more can be read.
    var isArchive = false
    /// What the engine shall see, when the picture was prepared already.
    var tensor: ImageTensor?

    /// The bytes of the picture's file.
    var byteCount: Int { (try? content.get().count) ?? 0 }
  }

  private struct State {
    var fileIndex = 0
    var archive: Archive?
  }

  /// The archive that is being read.
  private struct Archive {
    let name: String
    let reader: ArchiveReader
  }

  private let upload: BatchUpload
  private let pictureLimit: Int
  private let archiveLimits: ArchiveLimits
  private let state = Mutex(State())

  /// - Parameters:
  ///   - upload: The files.
  ///   - pictureLimit: The most bytes of one picture.
  ///   - archiveLimits: How much an archive may hold.
  init(_ upload: BatchUpload, pictureLimit: Int, archiveLimits: ArchiveLimits) {
    self.upload = upload
    self.pictureLimit = pictureLimit
    var limits = archiveLimits
    limits.entryBytes = pictureLimit
    self.archiveLimits = limits
  }

  /// The next pictures, unpacked on one of the threads for files; none after the last.
  ///
  /// - Parameters:
  ///   - count: The most pictures.
  ///   - bytes: Bytes of their files that are enough.
  func next(_ count: Int, bytes: Int = .max) async throws -> [Item] {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      state.withLock { state in
        var (items, size): ([Item], Int) = ([], 0)
        while items.count < count, size < bytes, let item = advance(&state) {
          size += item.byteCount
          items.append(item)
        }
        return items
      }
    }
  }

  /// The first picture. Of a lone file that is neither a picture nor an archive, the status of the
  /// answer can still say so.
  ///
  /// - Throws: ``APIError`` in that case.
  func first(
    checkedWith classifier: Classifier, _ preprocessing: Preprocessing
  ) async throws -> Item? {
    guard var first = try await next(1).first else { return nil }
    guard upload.files.count == 1, first.isFile else { return first }
    let bytes = try first.content.get()
    do {
      first.tensor = try await NIOThreadPool.singleton.runIfActive {
        try classifier.prepare(bytes, with: preprocessing).tensor
      }
    } catch let error as ImagingError {
      throw APIError(error, picture: bytes)
    }
    return first
  }

  /// How many pictures and bytes there are; `nil` when a file does not say so.
  func survey() async throws -> ArchiveSurvey? {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      var sum = ArchiveSurvey()
      for file in upload.files {
        guard let survey = try? survey(of: file) else { return nil }
        sum += survey
      }
      return sum
    }
  }

  private func survey(of file: BatchUpload.File) throws -> ArchiveSurvey? {
    guard let source = try archive(in: file) else {
      return ArchiveSurvey(files: 1, bytes: file.count)
    }
    return try ArchiveReader(source, limits: archiveLimits).survey()
  }

  /// Leaves out some pictures.
  ///
  /// - Returns: The bytes of their files.
  func skip(_ count: Int) async throws -> Int {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      state.withLock { state in
        var bytes = 0
        for _ in 0..<count {
          guard let item = advance(&state) else { break }
          bytes += item.byteCount
        }
        return bytes
      }
    }
  }

  private func advance(_ state: inout State) -> Item? {
    while true {
      if let archive = state.archive {
        if let item = Self.entry(of: archive) {
          if item.isFile { state.archive = nil }
          return item
        }
        state.archive = nil
      }
      guard state.fileIndex < upload.files.count else { return nil }
      let file = upload.files[state.fileIndex]
      state.fileIndex += 1
      if let item = open(file, &state) { return item }
    }
  }

  /// Opens a file: a picture is an item at once, an archive has items later.
  private func open(_ file: BatchUpload.File, _ state: inout State) -> Item? {
    let name = UploadedFileName.sanitized(path: file.name)
    do {
      if let source = try archive(in: file) {
        state.archive = Archive(
          name: name, reader: try ArchiveReader(source, limits: archiveLimits))
        return nil
      }
      guard file.count <= pictureLimit else {
        return Item(filename: name, content: .failure(.pictureTooLarge(limit: pictureLimit)))
      }
      return Item(
        filename: name,
        content: .success(try upload.spool.read(at: file.offset, count: file.count)))
    } catch let error as ArchiveError {
      return Item(filename: name, content: .failure(APIError(error)), isArchive: true)
    } catch {
      return Item(filename: name, content: .failure(.uploadUnreadable))
    }
  }

  /// The archive that a file is; `nil` when it is none.
  private func archive(in file: BatchUpload.File) throws -> ArchiveSource? {
    let head = try upload.spool.read(
      at: file.offset, count: min(file.count, ArchiveFormat.detectionLength))
    return ArchiveFormat(detecting: head).map { _ in
      .file(descriptor: upload.spool.descriptor, offset: file.offset, count: file.count)
    }
  }

  private static func entry(of archive: Archive) -> Item? {
    do throws(ArchiveError) {
      return try archive.reader.next().map { entry in
        Item(
          filename: UploadedFileName.sanitized(path: entry.path),
          content: entry.content.mapError { APIError($0) }, isFile: false)
      }
    } catch {
      return Item(filename: archive.name, content: .failure(APIError(error)), isArchive: true)
    }
  }
}

extension APIError {
  /// What the caller is told when the rest of an archive cannot be read.
  init(_ error: ArchiveError) {
    switch error {
    case .tooManyEntries, .tooLarge, .ratioTooHigh, .outOfMemory:
      self = APIError(status: .contentTooLarge, code: .tooLarge, message: error.description)
    case .damaged, .encrypted:
      self = APIError(status: .badRequest, code: .invalidArchive, message: error.description)
    case .unreadable: self = .uploadUnreadable
    }
  }

  /// What the caller is told when an entry cannot be had.
  init(_ failure: ArchiveEntry.Failure) {
    if case .tooLarge = failure {
      self = APIError(status: .contentTooLarge, code: .tooLarge, message: failure.description)
    } else {
      self = APIError(status: .badRequest, code: .invalidArchive, message: failure.description)
    }
  }

  static func pictureTooLarge(limit: Int) -> APIError {
    APIError(
      status: .contentTooLarge, code: .tooLarge,
      message: "the picture is larger than the \(limit) bytes allowed")
  }

  static let uploadUnreadable = unavailable(
    .storageUnavailable, "the upload could not be read back; send it again", retryAfter: 5)
}
