import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The files that a caller sent to be classified, on the disk.
struct BatchUpload: Sendable {
  /// A file in the spool.
  struct File: Sendable, Codable {
    /// Its name as the caller gave it.
    let name: String
    let offset: Int
    let count: Int
  }

  /// What a body should hold, for those who send something else.
  struct Wanted: Sendable {
    /// The media types of a file that comes without a form.
    let types: Set<String>
    /// What to send, and how.
    let advice: String
    /// What the field of a form should hold.
    let content: String

    static let pictures = Wanted(
      types: archiveTypes,
      advice: "send pictures and archives as multipart/form-data, in fields "
        + "\"\(UploadedPicture.fieldName)\", or one archive as application/zip or the like",
      content: "a picture or an archive")

    static let model = Wanted(
      types: ["application/octet-stream"],
      advice: "send the model as multipart/form-data, in the field "
        + "\"\(UploadedPicture.fieldName)\", or as application/octet-stream",
      content: "a model")
  }

  /// The most files of one form.
  static let fileLimit = 10_000

  /// The media types of archives that come without a form.
  static let archiveTypes: Set = [
    "application/zip", "application/vnd.rar", "application/x-rar-compressed",
    "application/x-7z-compressed", "application/x-tar", "application/gzip", "application/zstd",
    "application/x-xz", "application/x-bzip2", "application/octet-stream",
  ]

  let spool: TemporaryFile
  let files: [File]
  /// The texts of the form's other fields, each cut off at a limit.
  let fields: [String: String]

  private static let fieldLimit = 1_024
  private static let fieldCountLimit = 64

  /// Takes up an upload that was read before.
  init(spool: TemporaryFile, files: [File]) {
    self.spool = spool
    self.files = files
    fields = [:]
  }

  /// Reads a request's body: a form with `file` fields, or an archive.
  ///
  /// - Parameters:
  ///   - limit: The most bytes the body may have.
  ///   - wanted: What it should hold.
  ///   - spool: Where to keep it; `nil` takes a file without a name.
  /// - Throws: ``APIError`` when the body is too large, is neither, or cannot be kept.
  init(
    _ request: Request, limit: Int, wanted: Wanted = .pictures, spool: TemporaryFile? = nil,
    context: ServiceContext,
    logger: Logger
  ) async throws(APIError) {
    let contentType = request.headers[.contentType] ?? ""
    let mediaType = FieldValue(contentType).value.lowercased()
    try request.checkLength(limit: limit)
    do {
      self.spool = try spool ?? TemporaryFile()
      if wanted.types.contains(mediaType) {
        try await Self.keep(request.body, in: self.spool, limit: limit)
        files = [File(name: "", offset: 0, count: self.spool.size)]
        fields = [:]
      } else if mediaType == "multipart/form-data" {
        guard let boundary = MultipartForm.boundary(ofContentType: contentType) else {
          throw APIError.invalidRequest(
            "the content type multipart/form-data has no usable boundary")
        }
        (files, fields) = try await Self.parts(
          of: request.body, boundary: boundary, spool: self.spool, limit: limit)
        guard !files.isEmpty else {
          throw APIError.invalidParameter(
            "the form has no field \"\(UploadedPicture.fieldName)\" with \(wanted.content)")
        }
      } else {
        throw APIError(
          status: .unsupportedMediaType, code: .unsupportedType, message: wanted.advice)
      }
    } catch let error as APIError {
      throw error
    } catch let error as MultipartForm.Failure {
      throw .invalidRequest("the form cannot be read: \(error.reason)")
    } catch let error as TemporaryFile.Failure {
      logger.error(
        "an upload could not be kept",
        metadata: [
          "request_id": .string(context.requestID), "reason": .string(error.reason),
        ])
      throw .uploadNotKept(error)
    } catch {
      throw .invalidRequest("the body ended before it was complete")
    }
    context.notes.note { [count = self.spool.size] in $0.bodySize = count }
  }

  private static func keep(
    _ body: RequestBody, in spool: TemporaryFile, limit: Int
  ) async throws {
    for try await chunk in body {
      guard spool.size + chunk.readableBytes <= limit else {
        throw APIError.bodyTooLarge(limit: limit)
      }
      try await spool.append(chunk)
    }
  }

  /// Takes a form apart: the contents of its `file` fields go to the spool.
  static func parts(
    of body: RequestBody, boundary: String, spool: TemporaryFile, limit: Int
  ) async throws -> (files: [File], fields: [String: String]) {
    var parser = MultipartParser(boundary: boundary, partLimit: fileLimit)
    var files: [File] = []
    // Their letters may come in pieces.
    var fields: [String: [UInt8]] = [:]
    var field: (name: String, filename: String?, offset: Int) = ("", nil, 0)
    var received = 0
    for try await chunk in body {
      received += chunk.readableBytes
      guard received <= limit else { throw APIError.bodyTooLarge(limit: limit) }
      parser.append(chunk)
      while let event = try parser.next() {
        switch event {
        case .begin(let name, let filename):
          field = (name, filename, spool.size)
          if name != UploadedPicture.fieldName { fields[name] = [] }
          guard fields.count <= fieldCountLimit else {
            throw APIError.invalidRequest(
              "a form may have \(fieldCountLimit) fields beside its files")
          }
        case .content(let bytes):
          if field.name == UploadedPicture.fieldName {
            try await spool.append(bytes)
          } else if let count = fields[field.name]?.count {
            fields[field.name]?
              .append(contentsOf: bytes.readableBytesView.prefix(fieldLimit - count))
          }
        case .end:
          guard field.name == UploadedPicture.fieldName else { continue }
          files.append(
            File(
              name: field.filename ?? "", offset: field.offset, count: spool.size - field.offset))
        }
      }
    }
    try parser.finish()
    return (files, fields.mapValues { String(decoding: $0, as: UTF8.self) })
  }
}

extension APIError {
  /// What the caller is told when an upload cannot be written to the disk.
  static func uploadNotKept(_ failure: TemporaryFile.Failure) -> APIError {
    guard failure.isDiskFull else {
      return .unavailable(
        .storageUnavailable, "the upload could not be kept; try again later", retryAfter: 30)
    }
    return APIError(
      status: .init(code: 507, reasonPhrase: "Insufficient Storage"), code: .storageFull,
      message: "the disk of the service has no room for the upload; nothing of it was kept")
  }
}
