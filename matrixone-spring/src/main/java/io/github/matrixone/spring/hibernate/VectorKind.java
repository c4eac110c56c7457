package io.github.matrixone.spring.hibernate;

import java.util.Arrays;

/**
 * The two kinds of vector columns.
 */
enum VectorKind {

	FLOAT32("vecf32", float[].class) {

		@Override
		String text(Object vector) {
			return Arrays.toString((float[]) vector);
		}

		@Override
		Object parse(String text) {
			String[] elements = elements(text);
			float[] vector = new float[elements.length];
			for (int i = 0; i < elements.length; i++) {
				vector[i] = Float.parseFloat(elements[i]);
			}
			return vector;
		}

	},

	FLOAT64("vecf64", double[].class) {

		@Override
		String text(Object vector) {
			return Arrays.toString((double[]) vector);
		}

		@Override
		Object parse(String text) {
			return Arrays.stream(elements(text)).mapToDouble(Double::parseDouble).toArray();
		}

	};

	private final String typeName;

	private final Class<?> arrayType;

	VectorKind(String typeName, Class<?> arrayType) {
		this.typeName = typeName;
		this.arrayType = arrayType;
	}

	String typeName() {
		return this.typeName;
	}

	Class<?> arrayType() {
		return this.arrayType;
	}

	/**
	 * Return a vector as the server reads it.
	 */
	abstract String text(Object vector);

	/**
	 * Return the vector that the server has written.
	 */
	abstract Object parse(String text);

	private static String[] elements(String text) {
		return text.substring(1, text.length() - 1).split(",");
	}

}
