package io.github.matrixone.spring.contract.jpa;

import java.sql.Blob;
import java.sql.Clob;
import java.sql.SQLException;
import java.util.Arrays;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import org.hibernate.Hibernate;
import org.hibernate.Length;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.Nationalized;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

@EnabledIfServer
class MappingLobsTests extends MappingContract {

	private static final String CHARACTERS = "a'\\\"\u00e9\u4e2d\uD83D\uDE00 \n\0";

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 255, 256, 65_535, 65_536, 1 << 20, 5 << 20 })
	void bytesOfAnyLengthAreKept(int length) {
		byte[] bytes = bytes(length);
		Document document = new Document();
		document.lobBytes = bytes;
		document.longBytes = bytes;
		store(document);
		Document found = call((em) -> em.find(Document.class, document.id));
		assertThat(Arrays.equals(found.lobBytes, bytes)).isTrue();
		assertThat(Arrays.equals(found.longBytes, bytes)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 100, 7_000, 100_000, 1 << 19 })
	void textOfAnyLengthIsKept(int repetitions) {
		String text = CHARACTERS.repeat(repetitions);
		Document document = new Document();
		document.lobText = text;
		document.longText = text;
		document.nationalText = text;
		store(document);
		Document found = call((em) -> em.find(Document.class, document.id));
		assertThat(found.lobText.equals(text)).isTrue();
		assertThat(found.longText.equals(text)).isTrue();
		assertThat(found.nationalText.equals(text)).isTrue();
	}

	@Test
	void locatorsAreKept() {
		byte[] bytes = bytes(1 << 20);
		String text = CHARACTERS.repeat(100_000);
		Document document = new Document();
		run((em) -> {
			document.blob = Hibernate.getLobHelper().createBlob(bytes);
			document.clob = Hibernate.getLobHelper().createClob(text);
			em.persist(document);
		});
		run((em) -> {
			Document found = em.find(Document.class, document.id);
			try {
				assertThat(Arrays.equals(found.blob.getBytes(1, bytes.length), bytes)).isTrue();
				assertThat(found.clob.getSubString(1, text.length()).equals(text)).isTrue();
				assertThat(found.blob.length()).isEqualTo(bytes.length);
				assertThat(found.clob.length()).isEqualTo(text.length());
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	@Test
	void aLobIsReplacedAndRemoved() {
		Document document = new Document();
		document.lobText = "first";
		document.lobBytes = bytes(1 << 20);
		store(document);
		run((em) -> {
			Document found = em.find(Document.class, document.id);
			found.lobText = null;
			found.lobBytes = new byte[] { 0 };
		});
		Document found = call((em) -> em.find(Document.class, document.id));
		assertThat(found.lobText).isNull();
		assertThat(found.lobBytes).containsExactly(0);
	}

	private static byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		for (int i = 0; i < length; i++) {
			bytes[i] = (byte) (i * 31 + i / 256);
		}
		return bytes;
	}

	@Entity(name = "Document")
	static class Document {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@Lob
		@Column(length = Length.LOB_DEFAULT)
		byte[] lobBytes;

		@Column(length = Length.LONG32)
		byte[] longBytes;

		@Lob
		@Column(length = Length.LOB_DEFAULT)
		String lobText;

		@JdbcTypeCode(SqlTypes.LONG32VARCHAR)
		String longText;

		@Lob
		@Nationalized
		@Column(length = Length.LONG32)
		String nationalText;

		@Column(name = "blob_", length = Length.LONG32)
		Blob blob;

		@Column(name = "clob_", length = Length.LONG32)
		Clob clob;

	}

}
