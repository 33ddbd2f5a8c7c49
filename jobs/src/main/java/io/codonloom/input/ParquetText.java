package io.codonloom.input;

import io.codonloom.tensor.Half;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.JulianFields;
import java.util.UUID;
import java.util.function.Function;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * How values of Parquet's simple types are written as text: the same value in the same way whatever
 * its type. A whole number has no point, whether it is an integer, a decimal or a double; what is
 * not a number (NaN) is no value; dates and times are as in ISO 8601.
 */
final class ParquetText {
  /** Beyond it not every whole number is a double. */
  private static final double EXACT = 1L << 53;

  private static final int UUID_BYTES = 16;

  private ParquetText() {}

  /**
   * The rule of a column, from Parquet's own value (a number, a boolean or {@link Binary}).
   *
   * @param unknown whether the column has a type that the library does not know
   * @return null if there is none for that type
   */
  static Function<Object, String> of(PrimitiveType type, boolean unknown) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    if (meaning == null) {
      return ofPlain(type, unknown);
    }
    if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
      return value -> number(new BigDecimal(unscaled(value), decimal.getScale()));
    }
    if (meaning instanceof IntLogicalTypeAnnotation whole) {
      return whole.isSigned() ? String::valueOf : ParquetText::unsigned;
    }
    if (meaning instanceof DateLogicalTypeAnnotation) {
      return value -> LocalDate.ofEpochDay((Integer) value).toString();
    }
    if (meaning instanceof TimeLogicalTypeAnnotation time) {
      long nanos = nanos(time.getUnit());
      return value ->
          DateTimeFormatter.ISO_LOCAL_TIME.format(
              LocalTime.ofNanoOfDay(((Number) value).longValue() * nanos));
    }
    if (meaning instanceof TimestampLogicalTypeAnnotation timestamp) {
      return value ->
          timestamp((Long) value, nanos(timestamp.getUnit()), timestamp.isAdjustedToUTC());
    }
    if (meaning instanceof UUIDLogicalTypeAnnotation) {
      return value -> uuid((Binary) value);
    }
    return meaning instanceof StringLogicalTypeAnnotation
            || meaning instanceof EnumLogicalTypeAnnotation
            || meaning instanceof JsonLogicalTypeAnnotation
        ? ParquetText::text
        : null;
  }

  private static Function<Object, String> ofPlain(PrimitiveType type, boolean unknown) {
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN, INT32, INT64 -> unknown ? null : String::valueOf;
      case FLOAT -> value -> number((Float) value);
      case DOUBLE -> value -> number((Double) value);
      case BINARY -> unknown ? null : ParquetText::text;
      case INT96 -> value -> oldTimestamp((Binary) value);
      case FIXED_LEN_BYTE_ARRAY ->
          unknown && type.getTypeLength() == 2
              ? value -> number(Half.toFloat(littleEndian((Binary) value).getShort()))
              : null;
    };
  }

  private static String text(Object value) {
    String text = ((Binary) value).toStringUsingUTF8();
    if (text.indexOf('\ufffd') >= 0) { // Perhaps put in place of what is no UTF-8.
      try {
        StandardCharsets.UTF_8.newDecoder().decode(((Binary) value).toByteBuffer());
      } catch (CharacterCodingException e) {
        throw new IllegalArgumentException("a value is no text in UTF-8 (" + e.getMessage() + ")");
      }
    }
    return text;
  }

  private static String number(double value) {
    return isWhole(value) ? Long.toString((long) value) : finite(value, Double.toString(value));
  }

  private static String number(float value) {
    return isWhole(value) ? Long.toString((long) value) : finite(value, Float.toString(value));
  }

  private static String finite(double value, String text) {
    return Double.isNaN(value) ? null : text;
  }

  private static boolean isWhole(double value) {
    return value == Math.rint(value) && Math.abs(value) <= EXACT;
  }

  private static String number(BigDecimal value) {
    return value.stripTrailingZeros().toPlainString();
  }

  private static BigInteger unscaled(Object value) {
    return value instanceof Binary binary
        ? new BigInteger(binary.getBytes())
        : BigInteger.valueOf(((Number) value).longValue());
  }

  private static String unsigned(Object value) {
    return value instanceof Integer small
        ? Integer.toUnsignedString(small)
        : Long.toUnsignedString((Long) value);
  }

  private static String uuid(Binary value) {
    ByteBuffer bytes = ByteBuffer.wrap(value.getBytes());
    if (bytes.remaining() != UUID_BYTES) {
      throw new IllegalArgumentException("a UUID has not 16 bytes");
    }
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  private static long nanos(TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> 1_000_000;
      case MICROS -> 1_000;
      case NANOS -> 1;
    };
  }

  private static String timestamp(long value, long nanos, boolean utc) {
    long perSecond = 1_000_000_000 / nanos;
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(value, perSecond),
            (int) (Math.floorMod(value, perSecond) * nanos),
            ZoneOffset.UTC);
    return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time) + (utc ? "Z" : "");
  }

  /** Nanoseconds of the day, then the Julian day. */
  private static String oldTimestamp(Binary value) {
    ByteBuffer bytes = littleEndian(value);
    long nanos = bytes.getLong();
    LocalDate day = LocalDate.MIN.with(JulianFields.JULIAN_DAY, bytes.getInt());
    Instant time = day.atStartOfDay(ZoneOffset.UTC).toInstant().plus(nanos, ChronoUnit.NANOS);
    return DateTimeFormatter.ISO_INSTANT.format(time);
  }

  private static ByteBuffer littleEndian(Binary value) {
    return ByteBuffer.wrap(value.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }
}
