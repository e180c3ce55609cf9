#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

// A progressive picture can repeat tiny scans over all of its pixels. Encoders write about ten.
enum { maximum_scans = 100 };

static const uint8_t exif_prefix[] = {'E', 'x', 'i', 'f', 0, 0};

struct CJPEGDecoder {
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf failure;
  CJPEGStatus status;
  char message[JMSG_LENGTH_MAX];
};

// Every manager's callbacks find the decoder here.
static CJPEGDecoder *decoder_of(j_common_ptr info) { return info->client_data; }

_Noreturn static void fail(CJPEGDecoder *decoder, CJPEGStatus status) {
  decoder->status = status;
  longjmp(decoder->failure, 1);
}

_Noreturn static void error_exit(j_common_ptr info) {
  CJPEGDecoder *decoder = decoder_of(info);
  info->err->format_message(info, decoder->message);
  switch (info->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
      fail(decoder, CJPEGStatusOutOfMemory);
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_CCIR601_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
      fail(decoder, CJPEGStatusUnsupported);
    default:
      fail(decoder, CJPEGStatusDamaged);
  }
}

// Warnings are no failures, and nothing is ever printed.
static void output_message(j_common_ptr info) { (void)info; }

static void nothing(j_decompress_ptr info) { (void)info; }

static boolean fill_input_buffer(j_decompress_ptr info) {
  fail(decoder_of((j_common_ptr)info), CJPEGStatusTruncated);
}

static void skip_input_data(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  if ((size_t)count > info->src->bytes_in_buffer) {
    fail(decoder_of((j_common_ptr)info), CJPEGStatusTruncated);
  }
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= count;
}

static void progress_monitor(j_common_ptr info) {
  CJPEGDecoder *decoder = decoder_of(info);
  if (decoder->info.input_scan_number > maximum_scans) {
    snprintf(decoder->message, sizeof decoder->message, "more than %d scans", maximum_scans);
    fail(decoder, CJPEGStatusDamaged);
  }
}

CJPEGDecoder *cjpeg_create(const uint8_t *bytes, size_t count) {
  CJPEGDecoder *decoder = calloc(1, sizeof *decoder);
  if (!decoder) return NULL;
  decoder->info.err = jpeg_std_error(&decoder->errors);
  decoder->errors.error_exit = error_exit;
  decoder->errors.output_message = output_message;
  // jpeg_create_decompress keeps these two, and reaches them when it fails.
  decoder->info.client_data = decoder;
  if (setjmp(decoder->failure)) {
    cjpeg_destroy(decoder);
    return NULL;
  }
  jpeg_create_decompress(&decoder->info);
  decoder->source.next_input_byte = bytes;
  decoder->source.bytes_in_buffer = count;
  decoder->source.init_source = nothing;
  decoder->source.fill_input_buffer = fill_input_buffer;
  decoder->source.skip_input_data = skip_input_data;
  decoder->source.resync_to_restart = jpeg_resync_to_restart;
  decoder->source.term_source = nothing;
  decoder->info.src = &decoder->source;
  decoder->progress.progress_monitor = progress_monitor;
  decoder->info.progress = &decoder->progress;
  jpeg_save_markers(&decoder->info, JPEG_APP0 + 1, 0xFFFF);
  return decoder;
}

void cjpeg_destroy(CJPEGDecoder *decoder) {
  if (!decoder) return;
  jpeg_destroy_decompress(&decoder->info);
  free(decoder);
}

static void find_exif(const CJPEGDecoder *decoder, CJPEGHeader *header) {
  const struct jpeg_marker_struct *marker = decoder->info.marker_list;
  for (; marker; marker = marker->next) {
    if (marker->marker == JPEG_APP0 + 1 && marker->data_length > sizeof exif_prefix &&
        memcmp(marker->data, exif_prefix, sizeof exif_prefix) == 0) {
      header->exif = marker->data + sizeof exif_prefix;
      header->exif_size = marker->data_length - sizeof exif_prefix;
      return;
    }
  }
}

CJPEGStatus cjpeg_read_header(CJPEGDecoder *decoder, CJPEGHeader *header) {
  if (setjmp(decoder->failure)) return decoder->status;
  jpeg_read_header(&decoder->info, TRUE);
  *header = (CJPEGHeader){
      .width = decoder->info.image_width,
      .height = decoder->info.image_height,
      .components = (uint32_t)decoder->info.num_components,
      .has_luminance = decoder->info.jpeg_color_space == JCS_YCbCr,
  };
  find_exif(decoder, header);
  switch (decoder->info.num_components) {
    case 1: decoder->info.out_color_space = JCS_GRAYSCALE; return CJPEGStatusOK;
    case 3: decoder->info.out_color_space = JCS_EXT_RGBX; return CJPEGStatusOK;
    case 4: decoder->info.out_color_space = JCS_CMYK; return CJPEGStatusOK;
    default:
      snprintf(
          decoder->message, sizeof decoder->message, "%d colour components",
          decoder->info.num_components);
      return CJPEGStatusUnsupported;
  }
}

CJPEGStatus cjpeg_start(
    CJPEGDecoder *decoder, uint32_t scale_denominator, bool luminance_only, uint32_t *width,
    uint32_t *height) {
  if (setjmp(decoder->failure)) return decoder->status;
  if (luminance_only) decoder->info.out_color_space = JCS_GRAYSCALE;
  decoder->info.scale_num = 1;
  decoder->info.scale_denom = scale_denominator;
  jpeg_start_decompress(&decoder->info);
  *width = decoder->info.output_width;
  *height = decoder->info.output_height;
  return CJPEGStatusOK;
}

CJPEGStatus cjpeg_read_row(CJPEGDecoder *decoder, uint8_t *row) {
  if (setjmp(decoder->failure)) return decoder->status;
  jpeg_read_scanlines(&decoder->info, &row, 1);
  return CJPEGStatusOK;
}

CJPEGStatus cjpeg_finish(CJPEGDecoder *decoder) {
  if (setjmp(decoder->failure)) return decoder->status;
  jpeg_finish_decompress(&decoder->info);
  return CJPEGStatusOK;
}

const char *cjpeg_message(const CJPEGDecoder *decoder) { return decoder->message; }

typedef struct Encoder {
  struct jpeg_compress_struct info;
  struct jpeg_error_mgr errors;
  jmp_buf failure;
  unsigned char *file;
  unsigned long size;
} Encoder;

_Noreturn static void encoder_error_exit(j_common_ptr info) {
  Encoder *encoder = info->client_data;
  longjmp(encoder->failure, 1);
}

static void write_exif(Encoder *encoder, const CJPEGSource *source) {
  jpeg_write_m_header(
      &encoder->info, JPEG_APP0 + 1, (unsigned int)(sizeof exif_prefix + source->exif_size));
  for (size_t i = 0; i < sizeof exif_prefix; i++) jpeg_write_m_byte(&encoder->info, exif_prefix[i]);
  for (size_t i = 0; i < source->exif_size; i++) {
    jpeg_write_m_byte(&encoder->info, source->exif[i]);
  }
}

static void encode(Encoder *encoder, const CJPEGSource *source) {
  jpeg_create_compress(&encoder->info);
  jpeg_mem_dest(&encoder->info, &encoder->file, &encoder->size);
  encoder->info.image_width = source->width;
  encoder->info.image_height = source->height;
  encoder->info.input_components = 3;
  encoder->info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&encoder->info);
  jpeg_set_quality(&encoder->info, source->quality, TRUE);
  jpeg_start_compress(&encoder->info, TRUE);
  if (source->exif) write_exif(encoder, source);
  while (encoder->info.next_scanline < source->height) {
    size_t start = (size_t)encoder->info.next_scanline * source->width * 3;
    // libjpeg takes rows that it could write to, and does not.
    JSAMPROW row = (JSAMPROW)(uintptr_t)(source->samples + start);
    jpeg_write_scanlines(&encoder->info, &row, 1);
  }
  jpeg_finish_compress(&encoder->info);
}

uint8_t *cjpeg_encode(const CJPEGSource *source, size_t *size) {
  // On the heap: what longjmp passes over on the stack may be lost.
  Encoder *encoder = calloc(1, sizeof *encoder);
  if (!encoder) return NULL;
  encoder->info.err = jpeg_std_error(&encoder->errors);
  encoder->errors.error_exit = encoder_error_exit;
  encoder->errors.output_message = output_message;
  encoder->info.client_data = encoder;
  uint8_t *file = NULL;
  if (setjmp(encoder->failure) == 0) {
    encode(encoder, source);
    file = encoder->file;
    *size = encoder->size;
  }
  jpeg_destroy_compress(&encoder->info);
  free(encoder);
  return file;
}
