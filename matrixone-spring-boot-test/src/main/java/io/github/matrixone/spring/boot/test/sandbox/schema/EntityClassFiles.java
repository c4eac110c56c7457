package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotation.Adapt;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;
import org.springframework.util.StreamUtils;

/**
 * The class files that tables are made from: entities, whatever their fields are of, and
 * what their annotations name, such as converters.
 */
final class EntityClassFiles {

	private static final Log logger = LogFactory.getLog(EntityClassFiles.class);

	private static final List<String> NOT_OF_THE_APPLICATION = List.of("java.", "javax.", "jakarta.", "org.hibernate.");

	private EntityClassFiles() {
	}

	static void add(MigrationState state, Class<?> type) throws IOException {
		state.add(type.getName(), HexFormat.of().formatHex(bytes(type)));
	}

	/**
	 * Add classes, those of their fields and annotations, and so on.
	 */
	static void addReachable(MigrationState state, Collection<Class<?>> types) throws IOException {
		try {
			for (Class<?> type : reachable(types)) {
				add(state, type);
			}
		}
		catch (LinkageError ex) {
			logger.debug("Not everything that entities name is on the class path", ex);
			state.unknown();
		}
	}

	static Collection<Class<?>> reachable(Collection<Class<?>> types) {
		SortedMap<String, Class<?>> reached = new TreeMap<>();
		Deque<Class<?>> due = new ArrayDeque<>(types);
		while (!due.isEmpty()) {
			Class<?> type = due.pop();
			if (isOfApplication(type) && reached.put(type.getName(), type) == null) {
				due.addAll(neighbours(type));
			}
		}
		return reached.values();
	}

	private static List<Class<?>> neighbours(Class<?> type) {
		List<Class<?>> neighbours = new ArrayList<>();
		collect(ResolvableType.forType(type.getGenericSuperclass()), neighbours);
		for (Field field : type.getDeclaredFields()) {
			collect(ResolvableType.forField(field), neighbours);
			collectAnnotated(field, neighbours);
		}
		for (Method method : type.getDeclaredMethods()) {
			collectAnnotated(method, neighbours);
		}
		collectAnnotated(type, neighbours);
		return neighbours;
	}

	/**
	 * Collect what annotations name, and those of the application itself.
	 */
	private static void collectAnnotated(AnnotatedElement annotated, List<Class<?>> found) {
		MergedAnnotations.from(annotated).stream().forEach((annotation) -> {
			collectNamed(annotation.getType(), found);
			collectNamed(annotation.asMap(Adapt.ANNOTATION_TO_MAP), found);
		});
	}

	private static void collectNamed(@Nullable Object value, List<Class<?>> found) {
		if (value instanceof Map<?, ?> attributes) {
			attributes.values().forEach((attribute) -> collectNamed(attribute, found));
		}
		else if (value instanceof Object[] several) {
			Arrays.stream(several).forEach((one) -> collectNamed(one, found));
		}
		else if (value instanceof Class<?> named && !named.getName().startsWith("org.springframework.")) {
			found.add(named);
		}
	}

	private static void collect(ResolvableType type, List<Class<?>> found) {
		Class<?> resolved = type.isArray() ? type.getComponentType().resolve() : type.resolve();
		if (resolved != null) {
			found.add(resolved);
		}
		for (ResolvableType argument : type.getGenerics()) {
			collect(argument, found);
		}
	}

	private static boolean isOfApplication(@Nullable Class<?> type) {
		return type != null && !type.isPrimitive() && !type.isArray()
				&& NOT_OF_THE_APPLICATION.stream().noneMatch(type.getName()::startsWith);
	}

	private static byte[] bytes(Class<?> type) throws IOException {
		Class<?> user = ClassUtils.getUserClass(type);
		try (InputStream file = user.getResourceAsStream(ClassUtils.getClassFileName(user))) {
			return (file != null) ? StreamUtils.copyToByteArray(file) : new byte[0];
		}
	}

}
