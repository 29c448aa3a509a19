import { Document, isScalar, Scalar, visit, type YAMLSeq } from 'yaml';
import type { TemplateFormat } from './document.ts';
import type { Template } from './types.ts';

const LINE_WIDTH = 100;

/**
 * The template as a file that parseTemplate reads back to the same template. In YAML, prompts of several lines are
 * literal blocks and short value lists stand on one line.
 */
export function formatTemplate(template: Template, format: TemplateFormat): string {
  return format === 'json' ? `${JSON.stringify(plain(template), null, 2)}\n` : formatYaml(template);
}

function plain(template: Template): Record<string, unknown> {
  return {
    name: template.name,
    system: template.system,
    teacher_prompt: template.teacherPrompt,
    student_prompt: template.studentPrompt,
    slots: template.slots.map(({ name, values }) => ({ name, values })),
  };
}

function formatYaml(template: Template): string {
  const names = new Set(template.slots.map((slot) => slot.name));
  // A map reads best, but cannot hold the same name twice, which a template under repair may do.
  const asMap = names.size === template.slots.length;
  const slots = asMap ? new Map(template.slots.map((slot) => [slot.name, slot.values])) : plain(template).slots;
  const document = new Document({ ...plain(template), slots });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && node.value.includes('\n') && !node.value.includes('\r')) {
        // A block of nothing but white space does not say how far it is indented: spaces in it would be taken for that.
        node.type = node.value.trim() === '' ? Scalar.QUOTE_DOUBLE : Scalar.BLOCK_LITERAL;
      }
    },
    Seq(_, node) {
      node.flow = fitsOneLine(node);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function fitsOneLine(node: YAMLSeq): boolean {
  let length = 0;
  for (const item of node.items) {
    if (!isScalar(item) || typeof item.value !== 'string' || item.value.includes('\n')) return false;
    length += item.value.length + 4;
  }
  return length <= LINE_WIDTH - 20;
}
